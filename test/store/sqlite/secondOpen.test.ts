import { expect, jest, test } from '@jest/globals';
import { readdirSync, readlinkSync } from 'node:fs';
import { silentLog } from '../../../src/log.js';
import { systemClock } from '../../../src/time.js';
import { useFolder } from '../../support/folder.js';

jest.unstable_mockModule('../../../src/store/sqlite/fileGuard.js', () => ({
  guardFile() {
    throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  },
}));
const { openStore } = await import('../../../src/store/open.js');
const { StoreUnavailableError } = await import('../../../src/store/store.js');

const folder = useFolder();

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

test('a store whose file cannot be opened a second time leaves nothing open, and says which file', async () => {
  const path = folder('a.db');
  const failure = await openStore(path, { clock: systemClock, log: silentLog }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StoreUnavailableError);
  expect((failure as Error).message).toContain(path);
  const links = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`));
  expect(links.filter((link) => link.startsWith(path))).toEqual([]);
});
