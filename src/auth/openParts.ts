import { loadFunctions, type Config } from '../config.js';
import type { Log } from '../log.js';
import type { CounterStore } from '../store/limiter.js';
import { openLimiter, openStore } from '../store/open.js';
import type { Store } from '../store/store.js';
import type { Clock } from '../time.js';
import type { PasswordHasher } from '../tokens/password.js';
import { assembleAuth, type Auth } from './assemble.js';
import type { OwnUsers } from './ownUsers.js';
import type { SchemaSide } from './schemaSide.js';

export interface PartsToOpen {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  /** Default: the one that `config.database` names. */
  readonly store?: Store | undefined;
  /** Default: in the file of `config.database`; in memory beside a given store. */
  readonly counters?: CounterStore | undefined;
  readonly schemaSide?: SchemaSide;
  /** Default: the users of the store. */
  readonly users?: OwnUsers | undefined;
  /** Default: argon2id on all cores. */
  readonly hasher?: PasswordHasher;
  /** Another process on the same settings has given the warnings of the start. Default false. */
  readonly isFurther?: boolean;
}

/** The system on its open store. */
export interface OpenParts {
  readonly auth: Auth;
  /** Closes what was opened here, and nothing that was given. */
  readonly close: () => Promise<void>;
}

/**
 * Loads the functions that the settings name, opens the store and the counters that were not given. Where a step fails
 * what was opened is closed again.
 */
export async function openParts(options: PartsToOpen): Promise<OpenParts> {
  const { config, clock, log, schemaSide, users, hasher, isFurther = false } = options;
  const opened: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const part of opened.splice(0).reverse()) {
      await part.close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  const keep = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    opened.push(part);
    return part;
  };
  await loadFunctions(config);
  try {
    const store = options.store ?? keep(await openStore(config.database, { clock, log }));
    const besides = options.store === undefined ? config.database : ':memory:';
    const counters = options.counters ?? keep(await openLimiter(besides, { clock }));
    const auth = keep(
      await assembleAuth(config, {
        store,
        counters,
        log,
        clock,
        users,
        isFurther,
        ...(schemaSide && { schemaSide }),
        ...(hasher && { hasher }),
      }),
    );
    return { auth, close };
  } catch (error) {
    // What was wrong first is to be told.
    await close().catch(() => undefined);
    throw error;
  }
}
