import { expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../../src/store/failures.js';
import { asStoreFailure } from '../../../src/store/sqlite/failure.js';

const failed = (code: string) =>
  asStoreFailure(Object.assign(new Error('disk I/O error'), { code }));

// The second is what a file that is there says at the start, when its `-shm` cannot be made.
test.each(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE'])(
  '%s is a full disk, and says the fix',
  (code) => {
    expect(failed(code)).toBeInstanceOf(StoreUnavailableError);
    expect(failed(code).message).toBe(
      'The disk of the database is full (ENOSPC). Free space on it, and try again.',
    );
  },
);

test('another failure of the disk stays one', () => {
  expect(failed('SQLITE_IOERR_READ').message).toBe('The database cannot be read or written.');
});

// The folder counts as well: its owner may be root while the file's is not, and the log is made in it.
test.each(['SQLITE_READONLY_DIRECTORY', 'SQLITE_CANTOPEN'])('%s says what to look at', (code) => {
  expect(failed(code).message).toContain('read and write it and the folder that it is in');
});
