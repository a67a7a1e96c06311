import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createSessionCache,
  forgetting,
  type SessionCache,
} from '../../src/services/sessionCache.js';
import type { SessionState, Store } from '../../src/store/store.js';
import { testClock, type TestClock } from '../support/clock.js';

const stateOf = (id: string, userId = 'ada'): SessionState => ({
  session: {
    id,
    userId,
    generation: 0,
    parent: -1,
    usedGeneration: 0,
    expiresAt: 1e15,
    revokedAt: null,
  },
  userDisabledAt: null,
  userChangeNumber: 1,
  roleTableVersion: 1,
});

let clock: TestClock;
let ticks: number;
let cache: SessionCache;
/** Answers the reads that wait, oldest first. */
let answer: (() => void)[];
beforeEach(() => {
  clock = testClock();
  ticks = 0;
  answer = [];
  const sessionState = (id: string) =>
    new Promise<SessionState>((resolve) => answer.push(() => resolve(stateOf(id))));
  cache = createSessionCache({ store: { sessionState }, clock, lifetime: 5, ticks: () => ticks });
});

const pass = (seconds: number): void => {
  clock.advance(seconds);
  ticks += seconds * 1000;
};
async function read(id: string): Promise<void> {
  const reading = cache.read(id);
  answer.splice(0).forEach((one) => one());
  await reading;
}

describe('what a node remembers of a session', () => {
  test('is gone when its time is over, counted from the question', async () => {
    const reading = cache.read('s');
    pass(3);
    answer[0]?.();
    await reading;
    pass(1.9);
    expect(cache.get('ada', 's')).toEqual(stateOf('s'));
    pass(0.1);
    expect(cache.get('ada', 's')).toBeUndefined();
  });

  test('is gone after a refresh whose answer was lost: it may have ended the session', async () => {
    await read('s');
    const lost = new Error('the connection was lost');
    const store = forgetting({ rotate: () => Promise.reject(lost) } as unknown as Store, cache);
    const input = { userId: 'ada' } as unknown as Parameters<Store['rotate']>[0];
    await expect(store.rotate(input)).rejects.toBe(lost);
    expect(cache.get('ada', 's')).toBeUndefined();
  });

  test('lives no longer where the clock is set back', async () => {
    await read('s');
    clock.advance(-1);
    expect(cache.get('ada', 's')).toBeUndefined();
    clock.advance(1);
    ticks += 5000;
    expect(cache.get('ada', 's')).toBeUndefined();
  });

  test('lives no longer where the machine slept', async () => {
    await read('s');
    clock.advance(5);
    expect(cache.get('ada', 's')).toBeUndefined();
  });

  test('belongs to its user: asked for another it says nothing', async () => {
    await read('s');
    expect(cache.get('eve', 's')).toBeUndefined();
  });

  test.each([['all' as const], [{ user: 'ada' }]])('is forgotten on %j', async (change) => {
    await read('s');
    cache.forget({ user: 'eve' });
    expect(cache.get('ada', 's')).toBeDefined();
    cache.forget(change);
    expect(cache.get('ada', 's')).toBeUndefined();
  });

  test('is not learnt from an answer that was on its way when it was to be forgotten', async () => {
    const reading = cache.read('s');
    cache.forget({ user: 'ada' });
    answer[0]?.();
    expect(await reading).toEqual(stateOf('s'));
    expect(cache.get('ada', 's')).toBeUndefined();
  });

  test('knows of a first use that is still on its way, so that it is told once', async () => {
    await read('s');
    const state = cache.get('ada', 's') as SessionState;
    cache.used(state, 3);
    expect(cache.get('ada', 's')?.session.usedGeneration).toBe(3);
    expect(state.session.usedGeneration).toBe(0);
  });

  test('is nothing where the store answers at once', () => {
    const sync = createSessionCache({ store: { sessionState: stateOf }, clock, lifetime: 5 });
    expect(sync.read('s')).toEqual(stateOf('s'));
    expect(sync.get('ada', 's')).toBeUndefined();
  });
});
