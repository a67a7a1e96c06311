import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { silentLog } from '../../../src/log.js';
import { openLimiter, openStore } from '../../../src/store/open.js';
import { StoreUnavailableError } from '../../../src/store/store.js';
import type { CounterStore } from '../../../src/store/limiter.js';
import { systemClock } from '../../../src/time.js';
import { usePostgres } from '../../support/postgres.js';
import { countersContract, TEN } from '../contract/counters.js';

const postgres = usePostgres();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function fresh(): Promise<{ url: string; limiter: CounterStore }> {
  const url = postgres.fresh();
  open.push(await openStore(url, { clock: systemClock, log: silentLog }));
  return { url, limiter: await more(url) };
}

async function more(url: string): Promise<CounterStore> {
  const limiter = await openLimiter(url);
  open.push(limiter);
  return limiter;
}

countersContract('in PostgreSQL', fresh);

describe('the counters of several nodes', () => {
  let url: string;
  let here: CounterStore;
  let there: CounterStore;
  let client: pg.Client;
  const table = (): string => `${new URL(url).searchParams.get('schema')}.attempt_counters`;
  beforeEach(async () => {
    const made = await fresh();
    url = made.url;
    [here, there] = [made.limiter, await more(url)];
    client = await postgres.client();
  });

  test('are one: what one node let through the other does not', async () => {
    const counters = [here.counter(TEN), there.counter(TEN)] as const;
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        (index % 2 === 0 ? counters[0] : counters[1]).consume('ada'),
      ),
    );
    expect(answers.filter((answer) => answer.allowed)).toHaveLength(10);
    expect(await counters[1].peek('ada')).toMatchObject({ allowed: false });
  });

  test('are asked a few times only, however large the flood', async () => {
    const counter = here.counter(TEN);
    await client.query(`ALTER TABLE ${table()} ADD COLUMN writes integer NOT NULL DEFAULT 0`);
    await client.query(`
      CREATE OR REPLACE FUNCTION count_write() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.writes := OLD.writes + 1; RETURN NEW; END'`);
    await client.query(`
      CREATE TRIGGER counting BEFORE UPDATE ON ${table()} FOR EACH ROW EXECUTE FUNCTION count_write()`);
    await Promise.all(Array.from({ length: 2000 }, () => counter.consume('ada')));
    for (let once = 0; once < 500; once++) await counter.consume('ada');
    const { rows } = await client.query<{ writes: number }>(`SELECT writes FROM ${table()}`);
    expect(rows[0]?.writes).toBeGreaterThan(5);
    expect(rows[0]?.writes).toBeLessThan(50);
  });

  test('let one node give back what the other refuses from memory', async () => {
    await there.counter(TEN).consume('ada', 10);
    const counter = here.counter(TEN);
    expect(await counter.consume('ada')).toMatchObject({ allowed: false });
    await there.counter(TEN).giveBack('ada', 10);
    expect(await counter.consume('ada')).toMatchObject({ allowed: true });
  });

  test('hold no key as it was typed, and are pruned', async () => {
    await here.counter({ ...TEN, durationSeconds: 0.01 }).consume('ada@example.com');
    await here.counter(TEN).consume('bob@example.com');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const { rows } = await client.query<{ key: string }>(`SELECT key FROM ${table()}`);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain('example');
    expect(await there.prune()).toBe(1);
    expect(await there.prune()).toBe(0);
  });

  test('that are locked refuse rather than let through', async () => {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${table()} IN ACCESS EXCLUSIVE MODE`);
    await expect(here.counter(TEN).consume('ada')).rejects.toThrow(StoreUnavailableError);
    await client.query('ROLLBACK');
    expect(await here.counter(TEN).consume('ada')).toMatchObject({ allowed: true });
  });
});
