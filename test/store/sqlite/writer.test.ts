import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { queryCame } from '../../../src/precedence.js';
import { busy } from '../../support/busy.js';
import { Database } from '../../support/sqlite.js';
import { useFolder } from '../../support/folder.js';
import { StoreUnavailableError } from '../../../src/store/store.js';
import {
  createWriter,
  noPrologue,
  type Writer,
  type WriterOptions,
} from '../../../src/store/sqlite/writer.js';

const folder = useFolder();
let db: Database;
let statements: string[];
let undone: number;
let changes: (readonly string[] | null)[];
let writer: Writer;
let written: number;

type Told = Parameters<WriterOptions['synced']>[0];

const syncless: Pick<WriterOptions, 'synced' | 'written'> = {
  synced: (done) => done(null),
  written: (count) => (written += count),
};

beforeEach(() => {
  statements = [];
  undone = 0;
  changes = [];
  written = 0;
  db = new Database(':memory:', { verbose: (sql) => statements.push(String(sql)) });
  db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY)');
  writer = createWriter({
    ...syncless,
    db,
    random: () => 0,
    prologue: noPrologue,
    check: () => undefined,
    undone: () => undone++,
    changed: (sessions) => changes.push(sessions),
  });
});
afterEach(() => void db.close());

const count = (sql: string): number => statements.filter((one) => one === sql).length;
const insert = (n: number) => () => db.prepare('INSERT INTO t VALUES (?)').run(n).changes;
const stored = (): unknown[] => db.prepare('SELECT n FROM t ORDER BY n').pluck().all();
const statuses = async (writes: Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(writes)).map(({ status }) => status);

describe('the writes of one turn', () => {
  test('share one transaction', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((n) => writer.write(insert(n))));
    expect(count('COMMIT')).toBe(1);
    expect(count('BEGIN IMMEDIATE')).toBe(1);
    expect(stored()).toEqual([1, 2, 3, 4, 5]);
  });

  test('settle after COMMIT, and leave no transaction open', async () => {
    let committed = 0;
    const write = writer.write(insert(1)).then(() => (committed = count('COMMIT')));
    expect(db.inTransaction).toBe(false);
    await write;
    expect(committed).toBe(1);
    expect(db.inTransaction).toBe(false);
  });

  test('are told one after the other, in their order, while queries come', async () => {
    const told: number[] = [];
    const numbers = Array.from({ length: 40 }, (_, n) => n);
    queryCame();
    const writes = numbers.map(async (n) => {
      await writer.write(insert(n));
      told.push(n);
      busy(0.3);
    });
    const between = new Set<number>();
    while (told.length < 40) {
      await turn();
      between.add(told.length);
    }
    await Promise.all(writes);
    expect(told).toEqual(numbers);
    expect(between.size).toBeGreaterThan(3);
    expect(count('COMMIT')).toBe(1);
  });

  test('stand each for itself: one that fails is undone alone', async () => {
    const failing = () => {
      insert(2)();
      throw new Error('after its write');
    };
    const writes = [writer.write(insert(1)), writer.write(failing), writer.write(insert(3))];
    expect(await statuses(writes)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(writes[1]).rejects.toThrow('after its write');
    expect(stored()).toEqual([1, 3]);
    expect(undone).toBe(1);
  });

  test('run again, in their order, where the engine rolled all of them back', async () => {
    const order: number[] = [];
    const noted = (n: number) => () => {
      order.push(n);
      return insert(n)();
    };
    const fatal = () => {
      db.exec('ROLLBACK');
      throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' });
    };
    const writes = [writer.write(noted(1)), writer.write(fatal), writer.write(noted(3))];
    const later = new Promise((resolve) => setImmediate(resolve)).then(() =>
      writer.write(noted(4)),
    );
    expect(await statuses([...writes, later])).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    await expect(writes[1]).rejects.toThrow(StoreUnavailableError);
    expect(order).toEqual([1, 1, 3, 4]);
    expect(stored()).toEqual([1, 3, 4]);
  });

  test('all fail where COMMIT fails, and the next turn is served', async () => {
    db.exec('CREATE TABLE child (n REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)');
    db.pragma('foreign_keys = ON');
    const orphan = () => db.exec('INSERT INTO child VALUES (99)');
    expect(await statuses([writer.write(insert(1)), writer.write(orphan)])).toEqual([
      'rejected',
      'rejected',
    ]);
    expect(stored()).toEqual([]);
    expect(await writer.write(insert(2))).toBe(1);
  });

  test('are done before it closes, and refused after', async () => {
    const last = writer.write(insert(1));
    await writer.close();
    expect(await last).toBe(1);
    await expect(writer.write(insert(2))).rejects.toThrow('closed');
  });
});

describe('what is committed', () => {
  const syncs: Told[] = [];
  beforeEach(() => {
    syncs.length = 0;
    writer = createWriter({
      ...syncless,
      synced: (done) => syncs.push(done),
      db,
      random: () => 0,
      prologue: noPrologue,
      check: () => undefined,
      undone: () => undefined,
      changed: () => undefined,
    });
  });
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

  test('settles when it is on the disk, and the next transaction begins then', async () => {
    let settled = 0;
    const first = writer.write(insert(1)).then(() => settled++);
    await turn();
    const others = [2, 3].map((n) => writer.write(insert(n)).then(() => settled++));
    await turn();
    expect({ settled, commits: count('COMMIT'), syncs: syncs.length }).toEqual({
      ...{ settled: 0, commits: 1, syncs: 1 },
    });
    syncs[0]?.(null);
    await first;
    expect({ settled, commits: count('COMMIT') }).toEqual({ settled: 1, commits: 1 });
    await turn();
    expect({ settled, commits: count('COMMIT'), written }).toEqual({
      ...{ settled: 1, commits: 2, written: 3 },
    });
    syncs[1]?.(null);
    await Promise.all(others);
    expect(stored()).toEqual([1, 2, 3]);
  });

  test('is refused to all who wait where that is in doubt, and what comes later is served', async () => {
    const writes = [writer.write(insert(1)), writer.write(insert(2))];
    await turn();
    syncs[0]?.(new StoreUnavailableError('The disk is on fire.'));
    expect(await statuses(writes)).toEqual(['rejected', 'rejected']);
    const next = writer.write(insert(3));
    await turn();
    syncs[1]?.(null);
    expect(await next).toBe(1);
  });

  test('is on the disk before the writer is closed', async () => {
    const last = writer.write(insert(1));
    const closed = writer.close();
    let isClosed = false;
    void closed.then(() => (isClosed = true));
    await turn();
    expect(isClosed).toBe(false);
    syncs.forEach((done) => done(null));
    await Promise.all([last, closed]);
  });
});

describe('what may have changed is said', () => {
  test('before the transaction and after it, and before anybody hears of its end', async () => {
    let heard = 0;
    let during = 0;
    const verb = () => (during = changes.length);
    await writer.write(verb, 's').then(() => (heard = changes.length));
    expect({ during, heard, changes }).toEqual({ during: 1, heard: 2, changes: [['s'], ['s']] });
  });

  test('as sessions where every verb names what it changes, and as anything where one does not', async () => {
    await Promise.all([writer.write(insert(1), 's'), writer.write(insert(2), null)]);
    expect(changes.splice(0)).toEqual([['s'], ['s']]);
    await Promise.all([writer.write(insert(3), 's'), writer.write(insert(4))]);
    expect(changes.splice(0)).toEqual([null, null]);
  });

  test('where the transaction fails, too', async () => {
    const verb = () => {
      db.exec('ROLLBACK');
      throw new Error('the engine gave up');
    };
    await expect(writer.write(verb, 's')).rejects.toThrow('gave up');
    expect(changes).toEqual([['s'], ['s']]);
  });
});

describe('what waits for no answer', () => {
  const withPrologue = (run: () => void) => {
    const failures: unknown[] = [];
    let waiting = true;
    writer = createWriter({
      ...syncless,
      db,
      random: () => 0,
      check: () => undefined,
      undone: () => undefined,
      changed: (sessions) => changes.push(sessions),
      prologue: {
        pending: () => waiting,
        sessions: () => ['marked'],
        run,
        settled: (failure) => {
          waiting = false;
          failures.push(failure);
        },
      },
    });
    return failures;
  };

  test('comes before the verbs, in their transaction', async () => {
    const failures = withPrologue(() => insert(1)());
    await writer.write(() => expect(stored()).toEqual([1]), null);
    expect(count('COMMIT')).toBe(1);
    expect(failures).toEqual([null]);
    expect(changes).toEqual([['marked'], ['marked']]);
  });

  test('takes no verb along when it fails', async () => {
    const failure = new Error('no');
    const failures = withPrologue(() => {
      insert(1)();
      throw failure;
    });
    await writer.write(insert(2));
    expect(failures[0]).toBe(failure);
    expect(stored()).toEqual([2]);
  });

  test('begins no transaction when a sync ends, unless one was asked for meanwhile', async () => {
    const syncs: Told[] = [];
    let runs = 0;
    let isWaiting = false;
    writer = createWriter({
      ...syncless,
      synced: (done) => syncs.push(done),
      db,
      random: () => 0,
      check: () => undefined,
      undone: () => undefined,
      changed: () => undefined,
      prologue: {
        pending: () => isWaiting,
        sessions: () => [],
        run: () => runs++,
        settled: () => (isWaiting = false),
      },
    });
    const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const end = async (wake: boolean) => {
      const write = writer.write(insert(syncs.length));
      await turn();
      isWaiting = true;
      if (wake) writer.wake();
      await turn();
      expect(runs).toBe(0);
      syncs.at(-1)?.(null);
      await write;
      await turn();
    };
    await end(false);
    expect({ runs, commits: count('COMMIT') }).toEqual({ runs: 0, commits: 1 });
    isWaiting = false;
    await end(true);
    expect({ runs, commits: count('COMMIT') }).toEqual({ runs: 1, commits: 3 });
  });

  test('is given up where another process keeps the lock, and the loop turns meanwhile', async () => {
    const path = folder('locked.db');
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const mine = new Database(path, { timeout: 0 });
    let begun = 0;
    const settled = await new Promise<unknown>((resolve) => {
      createWriter({
        ...syncless,
        db: mine,
        random: () => 0,
        check: () => void begun++,
        undone: () => undefined,
        changed: () => undefined,
        prologue: {
          pending: () => true,
          sessions: () => [],
          run: () => undefined,
          settled: resolve,
        },
      }).wake();
    });
    expect(settled).toMatchObject({ code: 'SQLITE_BUSY' });
    expect(begun).toBe(26);
    other.close();
    mine.close();
  });
});
