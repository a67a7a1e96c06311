import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Clock } from '../time.js';
import type { Allowance, Counter, CounterOptions } from './limiter.js';

export interface CounterParts {
  limiter: RateLimiterAbstract;
  options: CounterOptions;
  /** From `windowsAhead`. */
  ahead: (durationSeconds: number) => number;
  /** Runs a step, again where that may help; what it throws is a failure of the store. */
  attempt: <T>(step: () => T | Promise<T>) => Promise<T>;
  /** Forgets the keys that are refused from memory. */
  unblock?: () => void;
}

/** How often a key that is refused from memory is looked up all the same, in milliseconds. */
const LOOK_AGAIN = 1000;
const MAX_LOOKED_UP = 10_000;

/** A counter on a limiter of rate-limiter-flexible, whatever that keeps its counts in. */
export function createCounter({
  limiter,
  options,
  ahead,
  attempt,
  unblock = () => undefined,
}: CounterParts): Counter {
  // Keys hold what strangers typed: their hash is short, and tells nothing to a reader of the file.
  const hash = (key: string): string => {
    const windows = ahead(options.durationSeconds);
    return createHash('sha256')
      .update(windows === 0 ? key : `${windows} ${key}`)
      .digest('base64url');
  };
  /** A refusal comes as a rejection; an error stays one. */
  const take = (key: string, points: number): Promise<RateLimiterRes> =>
    attempt(() =>
      limiter.consume(key, points).catch((refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return refusal;
        throw refusal;
      }),
    );

  const lookedUp = new LRUCache<string, true>({ max: MAX_LOOKED_UP, ttl: LOOK_AGAIN });
  /** What is refused from memory may have been given back by another process. */
  const mayBeOver = async (key: string): Promise<boolean> => {
    if (lookedUp.has(key)) return false;
    lookedUp.set(key, true);
    const found = await attempt(() => limiter.get(key));
    return found === null || found.consumedPoints < options.points;
  };

  return {
    async consume(rawKey, points = 1) {
      const key = hash(rawKey);
      let taken = await take(key, points);
      // So late a window ends that was begun by a clock that ran ahead and has been set back.
      if (taken.msBeforeNext > 2 * options.durationSeconds * 1000) {
        await attempt(() => limiter.delete(key));
        unblock();
        taken = await take(key, points);
      }
      if (isFromMemory(taken) && (await mayBeOver(key))) {
        unblock();
        taken = await take(key, points);
      }
      const excess = taken.consumedPoints - options.points;
      if (excess > 0) await attempt(() => limiter.reward(key, Math.min(points, excess)));
      return allowance(excess <= 0 && !isFromMemory(taken), taken);
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

/** Refused from memory, the count is not read and says 0 of 0. */
const isFromMemory = ({ consumedPoints }: RateLimiterRes): boolean => consumedPoints === 0;

const allowance = (allowed: boolean, found: RateLimiterRes | null): Allowance => ({
  allowed,
  retryAfter: allowed ? 0 : Math.max(1, Math.ceil((found?.msBeforeNext ?? 0) / 1000)),
});

/**
 * rate-limiter-flexible reads the system clock. By how many whole windows a clock that is set by hand has run
 * ahead of it since the start goes into the key; for the system clock that is always 0.
 */
export function windowsAhead(clock: Clock): (durationSeconds: number) => number {
  const distance = (): number => clock.now() - Date.now();
  const start = distance();
  return (durationSeconds) => Math.round((distance() - start) / (durationSeconds * 1000));
}

/** What the library calls them. Throws a TypeError for what makes no counter. */
export function limitsOf(options: CounterOptions) {
  check(options);
  const { name, points, durationSeconds } = options;
  return { keyPrefix: name, points, duration: durationSeconds };
}

function check({ name, points, durationSeconds }: CounterOptions): void {
  const sound = /^[\w-]+$/.test(name) && Number.isSafeInteger(points) && points > 0;
  if (sound && Number.isFinite(durationSeconds) && durationSeconds > 0) return;
  throw new TypeError(
    'counter(options) expects a name of letters, digits, "_" and "-", points (a positive integer) and ' +
      `durationSeconds (positive), got ${JSON.stringify({ name, points, durationSeconds })}.`,
  );
}
