import type { Database } from 'better-sqlite3';
import { performance } from 'node:perf_hooks';
import { LRUCache } from 'lru-cache';

/** What look-ups by key have found. Whatever comes out is frozen. */
export interface HotRows<Row> {
  /** `read` is called where nothing is remembered. */
  get: (key: string, read: (key: string) => Row | null) => Row | null;
  /** All from memory, or all by one call of `readAll`, which answers in the order of the keys. */
  getAll: <Found extends Row | null>(
    keys: readonly string[],
    readAll: (keys: readonly string[]) => Found[],
  ) => (Row | Found)[];
  forget: (key: string) => void;
}

export interface Memory {
  remember: <Row extends object>(limits: { max: number }) => HotRows<Row>;
  /** This connection is about to change any row, or has done so. */
  forgetAll: () => void;
}

interface Entry<Row> {
  readonly epoch: number;
  readonly row: Row;
}

/** Which wait for events was the last, and how many came of it: what one wait has brought was sent before it ended. */
const lastWait = (): { loopCount: number; events: number } => performance.nodeTiming.uvMetricsInfo;

/**
 * Rows in memory, believed only while the database is the same as when they were read.
 *
 * `PRAGMA data_version` tells of commits by every other connection, in whichever process, and never of our own
 * (https://sqlite.org/pragma.html#pragma_data_version): those are told by `forgetAll` and `forget`. It is asked at the
 * first use of a remembered row after each wait for events: what has been committed is seen by whatever arrives
 * after that. A row that is read anew needs no question: it is at least as new as
 * the version that was seen before it.
 */
export function createMemory(db: Database): Memory {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let version: number | undefined;
  /** Moves with every change; entries of another epoch are none. */
  let epoch = 0;

  /** When it was asked: no request has come since, unless another wait has brought it. */
  let askedAt = { loopCount: -1, events: -1 };

  const isUnchanged = (): boolean => {
    const wait = lastWait();
    if (wait.loopCount === askedAt.loopCount && wait.events === askedAt.events) return true;
    const present = dataVersion.get();
    askedAt = wait;
    if (present === version) return true;
    version = present;
    epoch++;
    return false;
  };

  return {
    forgetAll: () => void epoch++,
    remember<Row extends object>(limits: { max: number }): HotRows<Row> {
      const entries = new LRUCache<string, Entry<Row>>(limits);
      const keep = (key: string, row: Row | null): void => {
        // An absence is not remembered: names that nobody has would push out rows.
        if (row !== null) entries.set(key, { epoch, row: Object.freeze(row) });
      };
      return {
        get(key, read) {
          const known = entries.get(key);
          if (known?.epoch === epoch && isUnchanged()) return known.row;
          const row = read(key);
          keep(key, row);
          return row;
        },
        getAll(keys, readAll) {
          const rows: Row[] = [];
          for (const key of keys) {
            const known = entries.get(key);
            if (known?.epoch !== epoch) break;
            rows.push(known.row);
          }
          if (rows.length === keys.length && isUnchanged()) return rows;
          const fresh = readAll(keys);
          for (const [at, key] of keys.entries()) keep(key, fresh[at] ?? null);
          return fresh;
        },
        forget: (key) => void entries.delete(key),
      };
    },
  };
}
