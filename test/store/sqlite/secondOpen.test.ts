import { expect, jest, test } from '@jest/globals';
import { silentLog } from '../../../src/log.js';
import { systemClock } from '../../../src/time.js';
import { useFolder } from '../../support/folder.js';
import { openFiles } from '../../support/openFiles.js';

jest.unstable_mockModule('../../../src/store/sqlite/fileGuard.js', () => ({
  guardFile() {
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  },
}));
const { openStore } = await import('../../../src/store/open.js');
const { StoreUnavailableError } = await import('../../../src/store/store.js');

const folder = useFolder();

test('a store whose file cannot be opened a second time leaves nothing open, and says which file', async () => {
  const path = folder('a.db');
  const failure = await openStore(path, { clock: systemClock, log: silentLog }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StoreUnavailableError);
  expect((failure as Error).message).toContain(path);
  expect(openFiles(path)).toEqual([]);
});
