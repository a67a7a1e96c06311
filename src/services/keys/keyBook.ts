import type { Log } from '../../log.js';
import { andThen, type MaybePromise } from '../../outcome.js';
import type { KeyRow, Store } from '../../store/store.js';
import { SECOND, type Clock } from '../../time.js';
import { isAlgorithm, type TokenKey } from '../../tokens/keys.js';
import { keyOfRow } from './keyText.js';
import { isLive, type StoredKey } from './ring.js';

/** How often a node looks for keys that others have added or retired, in milliseconds: within a second it knows. */
const POLL = 750;

/** The keys of the store as this node knows them. */
export interface KeyBook {
  /** The same list until something has changed. */
  keys(): readonly StoredKey[];
  /** Whether an access key of this name is or was ours, one of the settings too. */
  has(kid: string): boolean;
  /** Takes what a verb of the store has answered. */
  adopt(rows: readonly KeyRow[]): void;
  /** Reads the store afresh, at most once a second; whoever asks meanwhile waits for the same answer. */
  lookAgain(): MaybePromise<void>;
  /** Ends the timer. */
  stop(): void;
}

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly masterKey: Uint8Array | undefined;
}

/** Opens the keys of these rows, and keeps them up to date. Throws where one cannot be opened. */
export function createKeyBook(
  first: readonly KeyRow[],
  { store, clock, log, masterKey }: Parts,
): KeyBook {
  const imported = new Map<string, TokenKey>();
  let kids: ReadonlySet<string> = new Set();
  let keys: readonly StoredKey[] = [];
  let seen = '';
  let lookedAt = -Infinity;
  let looking: Promise<void> | null = null;
  let hasFailed = false;

  function keyOf(row: KeyRow): TokenKey {
    const key = imported.get(row.kid) ?? keyOfRow(row, masterKey);
    imported.set(row.kid, key);
    return key;
  }

  function adopt(rows: readonly KeyRow[]): void {
    const text = JSON.stringify(
      rows.map(({ kid, signsFrom, retiredAt }) => [kid, signsFrom, retiredAt]),
    );
    if (text === seen) return;
    const now = clock.now();
    keys = rows.flatMap((row) =>
      // What has been retired may be erased already, and a newer version may know other algorithms.
      row.purpose !== 'given' && isLive(row, now) && isAlgorithm(row.algorithm)
        ? [{ ...row, algorithm: row.algorithm, key: keyOf(row) }]
        : [],
    );
    const live = new Set(keys.map(({ kid }) => kid));
    for (const kid of imported.keys()) if (!live.has(kid)) imported.delete(kid);
    kids = new Set(rows.flatMap(({ kid, purpose }) => (purpose === 'refresh' ? [] : [kid])));
    seen = text;
  }

  /** Where a key cannot be opened here, what this node knows already goes on. */
  function take(rows: readonly KeyRow[]): void {
    try {
      adopt(rows);
      hasFailed = false;
    } catch (error) {
      failed(error);
    }
  }

  function look(): MaybePromise<void> {
    const read = andThen(store.keys(), take);
    if (!(read instanceof Promise)) return;
    looking = read.finally(() => (looking = null));
    return looking;
  }

  /** What fails goes on failing: it is said once. */
  function failed(err: unknown): void {
    if (!hasFailed) log.warn({ err }, 'The keys could not be read; those that are known go on.');
    hasFailed = true;
  }

  // Before the timer: where a key cannot be opened nothing is left behind.
  adopt(first);
  const timer = setInterval(() => {
    try {
      if (looking === null) look()?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }, POLL);
  timer.unref();

  return {
    keys: () => keys,
    has: (kid) => kids.has(kid),
    adopt,
    lookAgain() {
      if (looking !== null) return looking;
      const now = clock.now();
      if (Math.abs(now - lookedAt) < SECOND) return;
      lookedAt = now;
      return look();
    },
    stop: () => clearInterval(timer),
  };
}
