import { expect, jest, test } from '@jest/globals';
import { silentLog } from '../../../src/log.js';
import { AUDIT } from '../../../src/store/contract/given.js';
import { systemClock } from '../../../src/time.js';
import { useFolder } from '../../support/folder.js';

class None {
  constructor() {
    throw Object.assign(new Error('Worker initialization failure: EAGAIN'), {
      code: 'ERR_WORKER_INIT_FAILED',
    });
  }
}
jest.unstable_mockModule('node:worker_threads', () => ({
  Worker: None,
  default: { Worker: None },
}));
const { openStore } = await import('../../../src/store/open.js');

const folder = useFolder();

test('where no thread is to be had, whoever waits for a commit hears of it, and the store goes on', async () => {
  const store = await openStore(folder('a.db'), { clock: systemClock, log: silentLog });
  const write = () => store.recordEvent(AUDIT);
  for (let round = 0; round < 2; round++) await Promise.all(Array.from({ length: 300 }, write));
  expect(await store.auditEvents({ limit: 1000 })).toHaveLength(600);
  await store.close();
});
