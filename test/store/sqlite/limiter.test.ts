import { afterEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Database } from '../../support/sqlite.js';
import { silentLog } from '../../../src/log.js';
import type { CounterStore } from '../../../src/store/limiter.js';
import { openLimiter, openStore } from '../../../src/store/open.js';
import { StoreUnavailableError, type Store } from '../../../src/store/store.js';
import { systemClock } from '../../../src/time.js';
import { testClock } from '../../support/clock.js';
import { useFolder } from '../../support/folder.js';
import { countersContract, TEN } from '../contract/counters.js';
import { AUDIT } from '../../../src/store/contract/given.js';

const folder = useFolder();
const open: (CounterStore | Store)[] = [];
let files = 0;
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function file(): Promise<{ path: string; store: Store; limiter: CounterStore }> {
  const path = folder(`${files++}.db`);
  const store = await openStore(path, { clock: systemClock, log: silentLog });
  const limiter = await openLimiter(path);
  open.push(limiter, store);
  return { path, store, limiter };
}

/** Of each frame of the log the second number of its head says whether it ends a transaction: https://sqlite.org/walformat.html */
function commitsIn(log: string): number {
  const bytes = readFileSync(log);
  const frame = 24 + bytes.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at < bytes.length; at += frame) if (bytes.readUInt32BE(at + 4) > 0) commits++;
  return commits;
}

const inMemory = async () => ({ limiter: await openLimiter(':memory:') });

countersContract('in a file', file);
countersContract('in memory', inMemory, false);

describe('the window', () => {
  test('ends by the clock that was given', async () => {
    const clock = testClock();
    const limiter = await openLimiter(':memory:', { clock });
    const counter = limiter.counter(TEN);
    await counter.consume('ada', 10);
    clock.advance(60);
    expect(await counter.peek('ada')).toMatchObject({ allowed: false });
    clock.advance(900);
    expect(await counter.consume('ada', 10)).toMatchObject({ allowed: true });
  });

  test('that a clock began which ran ahead is none, once the clock is right', async () => {
    const { limiter } = await file();
    const counter = limiter.counter(TEN);
    const { now } = Date;
    Date.now = () => now() + 8 * 3_600_000;
    try {
      await counter.consume('ada', 10);
      expect(await counter.consume('ada')).toMatchObject({ allowed: false });
    } finally {
      Date.now = now;
    }
    expect(await counter.consume('ada')).toMatchObject({ allowed: true });
  });

  test('ends by itself, and what it gives back late is lost', async () => {
    const { limiter } = await file();
    const counter = limiter.counter({ ...TEN, points: 1, durationSeconds: 1 });
    await counter.consume('ada');
    expect(await counter.consume('ada')).toEqual({ allowed: false, retryAfter: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await counter.giveBack('ada');
    expect(await counter.consume('ada')).toMatchObject({ allowed: true });
    expect(await counter.consume('ada')).toMatchObject({ allowed: false });
  });
});

describe('the file of the counters', () => {
  test('keeps them across a restart', async () => {
    const { path, limiter } = await file();
    await limiter.counter(TEN).consume('ada', 10);
    await limiter.close();
    open.shift();
    const again = await openLimiter(path);
    open.push(again);
    expect(await again.counter(TEN).consume('ada')).toMatchObject({ allowed: false });
  });

  test('is shared with the store without either waiting for the other', async () => {
    const { store, limiter } = await file();
    const counter = limiter.counter({ ...TEN, points: 1000 });
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        await counter.consume(`key${index}`);
        await store.recordEvent(AUDIT);
      }),
    );
    // A wait for a lock is 100 ms, and there would be hundreds.
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await store.auditEvents({ limit: 999 })).toHaveLength(300);
  });

  test('gets one commit of all that is counted in one turn', async () => {
    const { path, limiter } = await file();
    const counter = limiter.counter(TEN);
    const keys = Array.from({ length: 20 }, (_, index) => `key${index}`);
    await counter.consume('ada');
    const before = commitsIn(`${path}-wal`);
    await Promise.all(keys.map((key) => counter.consume(key)));
    expect(commitsIn(`${path}-wal`) - before).toBe(1);
    await Promise.all(keys.map((key) => counter.giveBack(key)));
    expect(commitsIn(`${path}-wal`) - before).toBe(2);
  });

  test('gets all that was counted before it is closed', async () => {
    const { path, limiter } = await file();
    const counted = limiter.counter(TEN).consume('ada', 10);
    await new Promise((resolve) => process.nextTick(resolve));
    await limiter.close();
    expect(await counted).toMatchObject({ allowed: true });
    const again = await openLimiter(path);
    open.push(again);
    expect(await again.counter(TEN).peek('ada')).toMatchObject({ allowed: false });
  });

  test('lets another process give back what this one refuses from memory', async () => {
    const { path, limiter } = await file();
    const there = await openLimiter(path);
    open.push(there);
    await there.counter(TEN).consume('ada', 10);
    const here = limiter.counter(TEN);
    expect(await here.consume('ada')).toMatchObject({ allowed: false });
    await there.counter(TEN).giveBack('ada', 10);
    expect(await here.consume('ada')).toMatchObject({ allowed: true });
  });

  test('holds no key as it was typed, and is pruned', async () => {
    const { path, limiter } = await file();
    await limiter.counter({ ...TEN, durationSeconds: 0.01 }).consume('ada@example.com');
    await limiter.counter(TEN).consume('bob@example.com');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const db = new Database(path, { readonly: true });
    const keys = () => db.prepare('SELECT key FROM attempt_counters').pluck().all() as string[];
    expect(keys().join()).not.toContain('example');
    expect(await limiter.prune()).toBe(1);
    expect(keys()).toHaveLength(1);
    db.close();
  });

  test('that is locked refuses rather than lets through', async () => {
    const { path, limiter } = await file();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    await expect(limiter.counter(TEN).consume('ada')).rejects.toThrow(StoreUnavailableError);
    other.close();
    expect(await limiter.counter(TEN).consume('ada')).toMatchObject({ allowed: true });
  });
});
