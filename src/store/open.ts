import type { Log } from '../log.js';
import { systemClock, type Clock } from '../time.js';
import type { CounterStore } from './limiter.js';
import { openSqliteLimiter } from './sqlite/limiter.js';
import { openSqliteStore } from './sqlite/store.js';
import type { Store } from './store.js';
import { DEFAULT_STORE_URL, parseStoreUrl } from './url.js';

export interface OpenStoreOptions {
  clock: Clock;
  log: Log;
  /** Uniform in [0, 1), for the jitter of retries. Default `Math.random`. */
  random?: (() => number) | undefined;
  /** Called with each statement that runs, bound values included: for tests, never for a log. */
  onStatement?: ((sql: string) => void) | undefined;
}

/**
 * Opens a store, and brings its schema up to date. On a first start it creates the file and its folder, or the
 * schema `gatehouse` of the PostgreSQL database, which must be there.
 *
 * @param url a file path, `sqlite:path`, `:memory:` or `postgres://…`; undefined is `data/gatehouse.db`
 * @throws TypeError for anything else; `StoreSchemaError` for a newer schema or the tables of another
 *   application; `StoreUnavailableError` where the database cannot be opened or is damaged
 */
export async function openStore(
  url: string = DEFAULT_STORE_URL,
  options: OpenStoreOptions,
): Promise<Store> {
  if (typeof options?.clock?.now !== 'function' || typeof options.log?.warn !== 'function') {
    throw new TypeError(
      'openStore(url, options) expects { clock, log }. Pass for example { clock: systemClock, log: silentLog }.',
    );
  }
  const location = parseStoreUrl(url);
  const { clock, log, random = Math.random, onStatement } = options;
  const known = { clock, log, random, onStatement };
  if (location.engine === 'sqlite') return openSqliteStore(location.path, known);
  // Who keeps everything in a file starts without PostgreSQL's client.
  const { openPostgresStore } = await import('./postgres/store.js');
  return openPostgresStore(location, known);
}

/**
 * Opens the counters of attempts that live beside a store, on connections of their own. Open the store first:
 * it makes the tables. For `:memory:` they end with the process. Throws what `openStore` throws.
 */
export async function openLimiter(
  url: string,
  options: { clock?: Clock | undefined; random?: (() => number) | undefined } = {},
): Promise<CounterStore> {
  const { clock = systemClock, random = Math.random } = options;
  const location = parseStoreUrl(url);
  if (location.engine === 'sqlite') return openSqliteLimiter(location.path, clock, random);
  const { openPostgresLimiter } = await import('./postgres/limiter.js');
  return openPostgresLimiter(location, clock, random);
}
