import { expect, jest, test } from '@jest/globals';
import { createAuth } from '../../src/index.js';
import { silentLog } from '../../src/log.js';
import { openStore } from '../../src/store/open.js';
import { systemClock } from '../../src/time.js';

const counters = {
  counter: () => {
    throw new Error('the counters are down');
  },
  prune: () => Promise.resolve(0),
  close: () => Promise.resolve(),
};

test('a start that fails leaves nothing that asks the store again and again', async () => {
  const store = await openStore(':memory:', { clock: systemClock, log: silentLog });
  const set = jest.spyOn(globalThis, 'setInterval');
  const clear = jest.spyOn(globalThis, 'clearInterval');
  const auth = createAuth({ store, log: silentLog, counters });
  await expect(auth.ready).rejects.toThrow('the counters are down');
  await auth.close();
  const begun = set.mock.results.map(({ value }) => value as NodeJS.Timeout);
  const ended = clear.mock.calls.map(([timer]) => timer);
  expect(begun.length).toBeGreaterThan(0);
  expect(begun.filter((timer) => !ended.includes(timer))).toEqual([]);
  jest.restoreAllMocks();
  await store.close();
});
