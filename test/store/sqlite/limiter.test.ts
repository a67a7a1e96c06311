import { afterEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { silentLog } from '../../../src/log.js';
import type { CounterStore } from '../../../src/store/limiter.js';
import { openLimiter, openStore } from '../../../src/store/open.js';
import { StoreUnavailableError, type Store } from '../../../src/store/store.js';
import { systemClock } from '../../../src/time.js';
import { testClock } from '../../support/clock.js';
import { useFolder } from '../../support/folder.js';
import { AUDIT } from '../contract/given.js';

const folder = useFolder();
const open: (CounterStore | Store)[] = [];
let files = 0;
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const TEN = { name: 'login', points: 10, durationSeconds: 900 };

async function file(): Promise<{ path: string; store: Store; limiter: CounterStore }> {
  const path = folder(`${files++}.db`);
  const store = await openStore(path, { clock: systemClock, log: silentLog });
  const limiter = openLimiter(path);
  open.push(limiter, store);
  return { path, store, limiter };
}

const inMemory = async () => ({ limiter: openLimiter(':memory:') });

describe.each([
  ['in a file', file],
  ['in memory', inMemory],
])('attempts counted %s', (_, make) => {
  test('a thousand at once on a limit of ten let ten through', async () => {
    const counter = (await make()).limiter.counter(TEN);
    const answers = await Promise.all(Array.from({ length: 1000 }, () => counter.consume('ada')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(answers[0]).toEqual({ allowed: true, retryAfter: 0 });
    const { retryAfter } = answers[999] as { retryAfter: number };
    expect(retryAfter).toBeGreaterThan(890);
    expect(retryAfter).toBeLessThanOrEqual(900);
    expect(await counter.consume('bob')).toMatchObject({ allowed: true });
  });

  test('what is given back can be taken again, after a flood too', async () => {
    const counter = (await make()).limiter.counter(TEN);
    await Promise.all(Array.from({ length: 50 }, () => counter.consume('ada')));
    expect(await counter.peek('ada')).toMatchObject({ allowed: false });
    await counter.giveBack('ada');
    expect(await counter.peek('ada')).toEqual({ allowed: true, retryAfter: 0 });
    expect(await counter.consume('ada')).toMatchObject({ allowed: true });
    expect(await counter.consume('ada')).toMatchObject({ allowed: false });
  });

  test('nothing can be saved up', async () => {
    const counter = (await make()).limiter.counter(TEN);
    await Promise.all(Array.from({ length: 20 }, () => counter.giveBack('ada', 3)));
    const answers = await Promise.all(Array.from({ length: 15 }, () => counter.consume('ada')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
  });

  test('several points that do not fit use up what was left', async () => {
    const counter = (await make()).limiter.counter(TEN);
    expect(await counter.consume('ada', 8)).toMatchObject({ allowed: true });
    expect(await counter.consume('ada', 5)).toMatchObject({ allowed: false });
    expect(await counter.consume('ada')).toMatchObject({ allowed: false });
    await counter.giveBack('ada', 8);
    expect(await counter.consume('ada', 8)).toMatchObject({ allowed: true });
  });

  test('counters of other names and other windows do not meet', async () => {
    const { limiter } = await make();
    await limiter.counter(TEN).consume('ada', 10);
    expect(await limiter.counter(TEN).peek('ada')).toMatchObject({
      allowed: make === inMemory,
    });
    expect(await limiter.counter({ ...TEN, name: 'other' }).peek('ada')).toMatchObject({
      allowed: true,
    });
  });

  test.each([
    { ...TEN, points: 0 },
    { ...TEN, points: 1.5 },
    { ...TEN, durationSeconds: NaN },
    { ...TEN, name: 'a b' },
  ])('%j is refused', async (options) => {
    const { limiter } = await make();
    expect(() => limiter.counter(options)).toThrow(TypeError);
  });
});

describe('the window', () => {
  test('ends by the clock that was given', async () => {
    const clock = testClock();
    const limiter = openLimiter(':memory:', { clock });
    const counter = limiter.counter(TEN);
    await counter.consume('ada', 10);
    clock.advance(60);
    expect(await counter.peek('ada')).toMatchObject({ allowed: false });
    clock.advance(900);
    expect(await counter.consume('ada', 10)).toMatchObject({ allowed: true });
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
    const again = openLimiter(path);
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
    // One wait for a lock alone would be 100 ms; the work is a tenth of that.
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await store.auditEvents({ limit: 999 })).toHaveLength(300);
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
