import type { Database } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';

/** A look-up by key that remembers what it found. */
export interface HotRows<Row> {
  get: (id: string) => Row | null;
  forget: (id: string) => void;
}

export interface Memory {
  remember: <Row extends object>(query: (id: string) => Row | null) => HotRows<Row>;
  /** This connection is about to change any row, or has done so. */
  forgetAll: () => void;
}

interface Entry<Row> {
  epoch: number;
  row: Row;
}

/** Rows of each kind: of 10,000 users and their sessions about 10 MB. */
const MAX_ROWS = 10_000;

/**
 * Rows in memory, believed only while the database is the same as when they were read.
 *
 * `PRAGMA data_version` tells of commits by every other connection, in whichever process, and never of our own
 * (https://sqlite.org/pragma.html#pragma_data_version): those are told by `forgetAll` and `forget`. It is asked at each
 * use of a remembered row, so what has been committed is seen by every read that begins after that. A row that is read
 * anew needs no question: it is at least as new as the version that was seen before it.
 */
export function createMemory(db: Database): Memory {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let version: number | undefined;
  /** Moves with every change; entries of another epoch are none. */
  let epoch = 0;

  const isUnchanged = (): boolean => {
    const present = dataVersion.get();
    if (present === version) return true;
    version = present;
    epoch++;
    return false;
  };

  return {
    forgetAll: () => void epoch++,
    remember<Row extends object>(query: (id: string) => Row | null): HotRows<Row> {
      const entries = new LRUCache<string, Entry<Row>>({ max: MAX_ROWS });
      return {
        get(id) {
          const known = entries.get(id);
          if (known?.epoch === epoch && isUnchanged()) return known.row;
          const row = query(id);
          // An absence is not remembered: names that nobody has would push out rows.
          if (row === null) return null;
          if (known === undefined) entries.set(id, { epoch, row });
          else {
            known.epoch = epoch;
            known.row = row;
          }
          return row;
        },
        forget: (id) => void entries.delete(id),
      };
    },
  };
}
