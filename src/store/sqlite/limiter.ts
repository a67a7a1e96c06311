import { RateLimiterMemory, RateLimiterSQLite } from 'rate-limiter-flexible';
import type { Clock } from '../../time.js';
import { createCounter, limitsOf, windowsAhead } from '../counter.js';
import type { CounterStore } from '../limiter.js';
import { noCheckpoints } from './checkpoints.js';
import { connectLoosely, IN_MEMORY } from './connection.js';
import { asStoreFailure, isBusy } from './failure.js';
import { unsynced } from './logSync.js';
import { withRetry, type Random } from '../retry.js';
import { preparedOnce } from './prepared.js';
import { createWriter, noPrologue } from './writer.js';

const TABLE = 'attempt_counters';
const BUSY_ATTEMPTS = 13;

/**
 * Counters in the store's file, on a connection of their own, which does not wait for the disk. What is counted in one
 * turn of the event loop shares a transaction, which begins and ends within a turn, as those of the store do: so on
 * one thread neither ever waits for the other; for other processes both wait.
 */
export function openSqliteLimiter(path: string, clock: Clock, random: Random): CounterStore {
  const ahead = windowsAhead(clock);
  const attempt = <T>(step: () => T | Promise<T>): Promise<T> => retrying(step, random);
  if (path === IN_MEMORY) {
    return {
      counter: (options) =>
        createCounter({
          limiter: new RateLimiterMemory(limitsOf(options)),
          options,
          ahead,
          attempt,
        }),
      // They delete themselves.
      prune: () => Promise.resolve(0),
      close: () => Promise.resolve(),
    };
  }
  const db = connectLoosely(path);
  const expired = db.prepare<[number, number]>(
    `DELETE FROM ${TABLE} WHERE key IN (SELECT key FROM ${TABLE} WHERE expire < ? LIMIT ?)`,
  );
  const writer = createWriter({
    ...{ db, random, prologue: noPrologue },
    ...{ check: unsynced.check, synced: unsynced.synced, written: noCheckpoints.written },
    // Nothing is remembered of what is counted.
    undone: () => undefined,
    changed: () => undefined,
  });
  const client = {
    // rate-limiter-flexible prepares a few statements anew each time.
    prepare: preparedOnce(db),
    // It runs each statement that writes in a transaction of its own, and awaits what that answers.
    transaction: (verb: () => unknown) => () => writer.write(verb, null),
  };
  return {
    counter(options) {
      const limiter = new RateLimiterSQLite({
        ...limitsOf(options),
        storeClient: client,
        storeType: 'better-sqlite3',
        tableName: TABLE,
        tableCreated: true,
        // A key that has used up its points is refused from memory: floods reach no disk.
        inMemoryBlockOnConsumed: options.points + 1,
      });
      const unblock = (): void => limiter.deleteInMemoryBlockedAll();
      return createCounter({ limiter, options, ahead, attempt, unblock });
    },
    prune: (limit = 1000) => attempt(() => expired.run(Date.now(), limit).changes),
    async close() {
      // Whoever waits for a count that fails is told so; closing goes on.
      await writer.close().catch(() => undefined);
      db.close();
    },
  };
}

const retrying = async <T>(step: () => T | Promise<T>, random: Random): Promise<T> => {
  try {
    return await withRetry(step, { attempts: BUSY_ATTEMPTS, random, mayPass: isBusy });
  } catch (error) {
    throw asStoreFailure(error);
  }
};
