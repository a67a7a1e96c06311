import type { Database } from 'better-sqlite3';
import { RateLimiterMemory, RateLimiterSQLite } from 'rate-limiter-flexible';
import type { Clock } from '../../time.js';
import { createCounter, limitsOf, windowsAhead } from '../counter.js';
import type { CounterStore } from '../limiter.js';
import { connectLoosely, IN_MEMORY } from './connection.js';
import { asStoreFailure, isBusy } from './failure.js';
import { withRetry, type Random } from '../retry.js';
import { preparedOnce } from './prepared.js';

const TABLE = 'attempt_counters';
const BUSY_ATTEMPTS = 13;

/**
 * Counters in the store's file, on a connection of their own: one commit each, without waiting for the disk.
 * rate-limiter-flexible runs each step as one transaction within one turn of the event loop, as the store
 * does, so on one thread neither ever waits for the other; for other processes both wait.
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
  // rate-limiter-flexible prepares a few statements anew each time.
  const client: Pick<Database, 'prepare' | 'transaction'> = {
    prepare: preparedOnce(db) as Database['prepare'],
    transaction: (verb) => db.transaction(verb),
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
    close: () => Promise.resolve(void db.close()),
  };
}

const retrying = async <T>(step: () => T | Promise<T>, random: Random): Promise<T> => {
  try {
    return await withRetry(step, { attempts: BUSY_ATTEMPTS, random, mayPass: isBusy });
  } catch (error) {
    throw asStoreFailure(error);
  }
};
