import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createSocketWatch, type SocketWatch } from '../../src/context/socketWatch.js';
import { silentLog, type Log } from '../../src/log.js';
import type { MaybePromise } from '../../src/outcome.js';
import type { Credential } from '../../src/viewer.js';

const viewer = { id: 'ann', sessionId: 's', scopes: new Set<string>(), roles: new Set<string>() };
const valid: Credential = { kind: 'valid', viewer };
const revoked: Credential = { kind: 'rejected', reason: 'TOKEN_REVOKED' };
const start = 1_700_000_000_000;

const tokenUntil = (exp: number, name = 'a') =>
  [{ alg: 'HS256', name }, { exp }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.') + '.c2ln';

let watch: SocketWatch;
let asked: string[];
let ended: string[];

function add(token: string, answer: () => MaybePromise<Credential> = () => valid): () => void {
  return watch.add({
    token,
    ask: () => {
      asked.push(token);
      return answer();
    },
    end: (reason) => ended.push(reason),
  });
}

const open = (log: Log = silentLog) =>
  (watch = createSocketWatch({ clock: { now: () => Date.now() }, log }));

beforeEach(() => {
  jest.useFakeTimers({ now: start });
  [asked, ended] = [[], []];
  open();
});

afterEach(() => {
  jest.useRealTimers();
});

const farToken = tokenUntil(start / 1000 + 300);

describe('the watch over sockets', () => {
  test('asks once a second about each token, however many sockets it has', async () => {
    for (let i = 0; i < 50; i += 1) add(farToken);
    add(tokenUntil(start / 1000 + 300, 'b'));
    expect([watch.size, watch.timers]).toEqual([51, 3]);
    await jest.advanceTimersByTimeAsync(2750);
    expect(asked).toHaveLength(3 * 2);
    expect(ended).toEqual([]);
  });

  test('ends all sockets of a token that is refused, and keeps nothing of them', async () => {
    add(farToken, () => Promise.resolve(revoked));
    add(farToken);
    await jest.advanceTimersByTimeAsync(1000);
    expect(ended).toEqual(['TOKEN_REVOKED', 'TOKEN_REVOKED']);
    expect([watch.size, watch.timers, jest.getTimerCount()]).toEqual([0, 0, 0]);
  });

  test('asks when a token expires, whenever the last sweep was', async () => {
    add(tokenUntil(start / 1000 + 2), () =>
      Date.now() < start + 2000 ? valid : { kind: 'rejected', reason: 'TOKEN_EXPIRED' },
    );
    await jest.advanceTimersByTimeAsync(1999);
    expect(ended).toEqual([]);
    await jest.advanceTimersByTimeAsync(2);
    expect(ended).toEqual(['TOKEN_EXPIRED']);
  });

  test('keeps sockets while the store cannot be asked', async () => {
    add(farToken, () => ({ kind: 'unavailable', retryAfter: 1 }));
    await jest.advanceTimersByTimeAsync(5000);
    expect([ended, watch.size]).toEqual([[], 1]);
  });

  test('logs what breaks, and asks again', async () => {
    const errors: object[] = [];
    open({ ...silentLog, error: (details) => void errors.push(details) });
    let times = 0;
    add(farToken, () => {
      times += 1;
      if (times === 1) throw new Error('sync');
      if (times === 2) return Promise.reject(new Error('async'));
      return revoked;
    });
    await jest.advanceTimersByTimeAsync(3000);
    expect([errors.length, ended]).toEqual([2, ['TOKEN_REVOKED']]);
  });

  test('waits for no answer that does not come: the others end in time, and that one is not asked twice', async () => {
    const slow = tokenUntil(start / 1000 + 300, 'slow');
    let isRevoked = false;
    add(slow, () => new Promise(() => undefined));
    add(farToken, () => (isRevoked ? revoked : valid));
    await jest.advanceTimersByTimeAsync(1000);
    isRevoked = true;
    await jest.advanceTimersByTimeAsync(1000);
    expect(ended).toEqual(['TOKEN_REVOKED']);
    expect(asked.filter((token) => token === slow)).toHaveLength(1);
  });

  test('has no timer without sockets', async () => {
    const removals = [add(farToken), add(farToken), add(tokenUntil(start / 1000 + 9, 'b'))];
    for (const remove of removals) {
      remove();
      remove();
    }
    expect([watch.size, watch.timers, jest.getTimerCount()]).toEqual([0, 0, 0]);
  });

  test('has one timer where sockets come and go during a sweep', async () => {
    let release = (_: Credential): void => undefined;
    const remove = add(farToken, () => new Promise((resolve) => (release = resolve)));
    await jest.advanceTimersByTimeAsync(900);
    remove();
    add(farToken);
    release(valid);
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(2);
  });

  test('sets no timer once it is closed', async () => {
    add(farToken);
    watch.close();
    add(farToken);
    expect([watch.size, jest.getTimerCount()]).toEqual([0, 0]);
  });

  test('lets other work in between when there are many tokens', async () => {
    for (let i = 0; i < 500; i += 1) add(tokenUntil(start / 1000 + 300, `t${i}`));
    await jest.advanceTimersByTimeAsync(899);
    jest.advanceTimersByTime(1);
    expect(asked).toHaveLength(200);
    await jest.advanceTimersByTimeAsync(10);
    expect(asked).toHaveLength(500);
  });
});
