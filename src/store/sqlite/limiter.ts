import { createHash } from 'node:crypto';
import {
  RateLimiterMemory,
  RateLimiterRes,
  RateLimiterSQLite,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { Clock } from '../../time.js';
import type { Allowance, Counter, CounterOptions, CounterStore } from '../limiter.js';
import { connectLoosely, IN_MEMORY } from './connection.js';
import { asStoreFailure, isBusy } from './failure.js';
import { withRetry, type Random } from './retry.js';

const TABLE = 'attempt_counters';
const BUSY_ATTEMPTS = 10;

/**
 * Counters in the store's file, on a connection of their own: one commit each, without waiting for the disk.
 * rate-limiter-flexible runs each step as one transaction within one turn of the event loop, as the store
 * does, so on one thread neither ever waits for the other.
 */
export function openSqliteLimiter(path: string, clock: Clock, random: Random): CounterStore {
  const ahead = windowsAhead(clock);
  if (path === IN_MEMORY) {
    return {
      counter: (options) => createCounter(memoryLimiter(options), options, ahead, random),
      // They delete themselves.
      prune: () => Promise.resolve(0),
      close: () => Promise.resolve(),
    };
  }
  const db = connectLoosely(path);
  const expired = db.prepare<[number, number]>(
    `DELETE FROM ${TABLE} WHERE key IN (SELECT key FROM ${TABLE} WHERE expire < ? LIMIT ?)`,
  );
  const attempt = <T>(step: () => T | Promise<T>): Promise<T> => retrying(step, random);
  return {
    counter(options) {
      check(options);
      const limiter = new RateLimiterSQLite({
        ...limits(options),
        storeClient: db,
        storeType: 'better-sqlite3',
        tableName: TABLE,
        tableCreated: true,
        // A key that has used up its points is refused from memory: floods reach no disk.
        inMemoryBlockOnConsumed: options.points + 1,
      });
      return createCounter(limiter, options, ahead, random, () =>
        limiter.deleteInMemoryBlockedAll(),
      );
    },
    prune: (limit = 1000) => attempt(() => expired.run(Date.now(), limit).changes),
    close: () => Promise.resolve(void db.close()),
  };
}

function createCounter(
  limiter: RateLimiterAbstract,
  options: CounterOptions,
  ahead: (durationSeconds: number) => number,
  random: Random,
  unblock: () => void = () => undefined,
): Counter {
  // Keys hold what strangers typed: their hash is short, and tells nothing to a reader of the file.
  const hash = (key: string): string => {
    const windows = ahead(options.durationSeconds);
    return createHash('sha256')
      .update(windows === 0 ? key : `${windows} ${key}`)
      .digest('base64url');
  };
  const attempt = <T>(step: () => T | Promise<T>): Promise<T> => retrying(step, random);
  /** A refusal comes as a rejection; an error stays one. */
  const take = (key: string, points: number): Promise<RateLimiterRes> =>
    attempt(() =>
      limiter.consume(key, points).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      }),
    );

  return {
    async consume(rawKey, points = 1) {
      const key = hash(rawKey);
      const taken = await take(key, points);
      const excess = taken.consumedPoints - options.points;
      if (excess > 0) await attempt(() => limiter.reward(key, Math.min(points, excess)));
      // Refused from memory, the count is not read and says 0 of 0.
      const blocked = taken.consumedPoints === 0;
      return allowance(excess <= 0 && !blocked, taken);
    },
    async giveBack(rawKey, points = 1) {
      const key = hash(rawKey);
      const { consumedPoints } = await attempt(() => limiter.reward(key, points));
      // The window in which they were consumed is over: nothing of it may be saved up for this one.
      if (consumedPoints < 0) {
        await attempt(() => limiter.penalty(key, Math.min(points, -consumedPoints)));
      }
      unblock();
    },
    async peek(rawKey) {
      const found = await attempt(() => limiter.get(hash(rawKey)));
      return allowance(found === null || found.consumedPoints < options.points, found);
    },
  };
}

const allowance = (allowed: boolean, found: RateLimiterRes | null): Allowance => ({
  allowed,
  retryAfter: allowed ? 0 : Math.max(1, Math.ceil((found?.msBeforeNext ?? 0) / 1000)),
});

const retrying = async <T>(step: () => T | Promise<T>, random: Random): Promise<T> => {
  try {
    return await withRetry(step, { attempts: BUSY_ATTEMPTS, random, mayPass: isBusy });
  } catch (error) {
    throw asStoreFailure(error);
  }
};

/**
 * rate-limiter-flexible reads the system clock. By how many whole windows a clock that is set by hand has run
 * ahead of it since the start goes into the key; for the system clock that is always 0.
 */
function windowsAhead(clock: Clock): (durationSeconds: number) => number {
  const distance = (): number => clock.now() - Date.now();
  const start = distance();
  return (durationSeconds) => Math.round((distance() - start) / (durationSeconds * 1000));
}

const limits = ({ name, points, durationSeconds }: CounterOptions) => ({
  keyPrefix: name,
  points,
  duration: durationSeconds,
});

function memoryLimiter(options: CounterOptions): RateLimiterMemory {
  check(options);
  return new RateLimiterMemory(limits(options));
}

function check({ name, points, durationSeconds }: CounterOptions): void {
  const sound = /^[\w-]+$/.test(name) && Number.isSafeInteger(points) && points > 0;
  if (sound && Number.isFinite(durationSeconds) && durationSeconds > 0) return;
  throw new TypeError(
    'counter(options) expects a name of letters, digits, "_" and "-", points (a positive integer) and ' +
      `durationSeconds (positive), got ${JSON.stringify({ name, points, durationSeconds })}.`,
  );
}
