import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { silentLog } from '../../log.js';
import type { Clock } from '../../time.js';
import { createCounter, limitsOf, windowsAhead } from '../counter.js';
import type { Counter, CounterStore } from '../limiter.js';
import { withRetry, type Random } from '../retry.js';
import { createPool, type PostgresLocation } from './connect.js';
import { asStoreFailure, isRolledBack } from './failure.js';

const TABLE = 'attempt_counters';
const CONNECTIONS = 2;
const ATTEMPTS = 8;

const EXPIRED = `
  WITH gone AS MATERIALIZED (
    SELECT key FROM ${TABLE} WHERE expire < $1 ORDER BY expire LIMIT $2 FOR UPDATE SKIP LOCKED),
  deleted AS (DELETE FROM ${TABLE} WHERE key IN (SELECT key FROM gone) RETURNING 1)
  SELECT count(*) AS count FROM deleted`;

/** Counters that all nodes share, on connections of their own: a flood of logins takes none from the store. */
export function openPostgresLimiter(
  location: PostgresLocation,
  clock: Clock,
  random: Random,
): CounterStore {
  const pool = createPool(location, CONNECTIONS, silentLog);
  const ahead = windowsAhead(clock);
  const attempt = async <T>(step: () => T | Promise<T>): Promise<T> => {
    try {
      return await withRetry(step, { attempts: ATTEMPTS, random, mayPass: isRolledBack });
    } catch (error) {
      throw asStoreFailure(error);
    }
  };
  let closing: Promise<void> | null = null;

  return {
    counter(options) {
      const limiter = new RateLimiterPostgres({
        ...limitsOf(options),
        storeClient: pool,
        storeType: 'pool',
        tableName: TABLE,
        tableCreated: true,
        clearExpiredByTimeout: false,
        // A key that has used up its points is refused from memory: floods reach no database.
        inMemoryBlockOnConsumed: options.points + 1,
      });
      const unblock = (): void => limiter.deleteInMemoryBlockedAll();
      return gated(createCounter({ limiter, options, ahead, attempt, unblock }), options.points);
    },
    prune: (limit = 1000) =>
      attempt(async () => {
        const { rows } = await pool.query<{ count: number }>(EXPIRED, [Date.now(), limit]);
        return rows[0]?.count ?? 0;
      }),
    close: () => (closing ??= pool.end()),
  };
}

/**
 * At most `width` attempts of one key are under way; the others wait, and find the key refused from memory where
 * those before them used it up. So a thousand at once ask the database a few times more than the limit says.
 */
function gated(counter: Counter, width: number): Counter {
  const gates = new Map<string, { under: number; waiting: (() => void)[] }>();

  const enter = (key: string): Promise<void> | undefined => {
    const gate = gates.get(key) ?? { under: 0, waiting: [] };
    gates.set(key, gate);
    if (gate.under >= width) return new Promise((resolve) => gate.waiting.push(resolve));
    gate.under++;
    return undefined;
  };
  const leave = (key: string): void => {
    const gate = gates.get(key);
    const next = gate?.waiting.shift();
    // The place goes on to the next, or is given up.
    if (next !== undefined) next();
    else if (gate !== undefined && --gate.under === 0) gates.delete(key);
  };

  return {
    ...counter,
    async consume(key, points) {
      await enter(key);
      try {
        return await counter.consume(key, points);
      } finally {
        leave(key);
      }
    },
  };
}
