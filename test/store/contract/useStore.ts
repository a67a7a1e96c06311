import { afterEach, beforeEach } from '@jest/globals';
import { silentLog, type Log } from '../../../src/log.js';
import type { Store } from '../../../src/store/store.js';
import { testClock, type TestClock } from '../../support/clock.js';
import { givenOf, type Given } from './given.js';

/** Opens an empty store that nobody else writes to. */
export type OpenEngine = (options: { clock: TestClock; log: Log }) => Promise<Store>;

/** A fresh store for each test of the block that calls this. */
export function useStore(open: OpenEngine): () => Given {
  let given: Given;
  beforeEach(async () => {
    const clock = testClock();
    given = givenOf(await open({ clock, log: silentLog }), clock);
  });
  afterEach(() => given.store.close());
  return () => given;
}
