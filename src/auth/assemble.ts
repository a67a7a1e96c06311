import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Config } from '../config.js';
import { createContextBuilder, type RequestFacts } from '../context/context.js';
import { createCookieReader } from '../context/cookies.js';
import type { Resolvers } from '../generated/resolvers.js';
import type { Log } from '../log.js';
import type { MaybePromise } from '../outcome.js';
import type { Operation, RequestContext } from '../request.js';
import { createKeys } from '../services/keys.js';
import { createServices, type Services } from '../services/services.js';
import type { CounterStore } from '../store/limiter.js';
import type { Store } from '../store/store.js';
import { systemClock, type Clock } from '../time.js';
import { createPasswordHasher, type PasswordHasher } from '../tokens/password.js';
import { createErrorFormat } from './errorFormat.js';
import { legacySettingsOf } from './legacySettings.js';
import type { OwnUsers } from './ownUsers.js';
import { createOwnUsers } from './ownUsersStore.js';
import { createSchemaSide, type EarlyAnswer, type SchemaSide } from './schemaSide.js';
import { warnAtStart } from './startWarnings.js';

/** What the system stands on. Closing it is left to whoever made it. */
export interface AuthParts {
  store: Store;
  counters: CounterStore;
  log: Log;
  /** Default: the system's. */
  clock?: Clock;
  /** Default: argon2id on all cores. */
  hasher?: PasswordHasher;
  /** Default: the whole API under its own names, every guard with its default. */
  schemaSide?: SchemaSide;
  /** Default: the users of the store. */
  users?: OwnUsers | undefined;
  /** Another process on the same settings has given the warnings of the start. Default false. */
  isFurther?: boolean;
}

export interface Auth {
  /** The SDL of this API with its directives. */
  readonly typeDefs: string;
  readonly resolvers: Resolvers;
  readonly services: Services;
  /** The schema with every guard in force. Throws a TypeError for a directive that could not be. */
  guard(schema: GraphQLSchema): GraphQLSchema;
  /** What a resolver sees of its request. Never throws for a bad token. */
  context(facts: RequestFacts): MaybePromise<RequestContext>;
  /** False for a request with our cookies from a page of another origin; `context` would refuse it. */
  admits(facts: RequestFacts): boolean;
  /** To be asked after validation, before execution: errors that refuse the operation whole, or null. */
  judge(operation: Operation): MaybePromise<readonly GraphQLError[] | null>;
  /** The same, and for compiled queries the data of the answer. */
  answer(operation: Operation): MaybePromise<EarlyAnswer | null>;
  /**
   * An error as it may leave, for servers that have a place for this. What was not thrown on purpose is logged whole
   * under a new request id and leaves as `INTERNAL_SERVER_ERROR` with that id; a store that cannot answer is
   * `SERVICE_UNAVAILABLE`. Never throws.
   */
  formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError;
  /** Ends the timers. The store stays open. */
  close(): Promise<void>;
}

/** Puts the system together from its settings and its parts. Makes the first signing keys where there are none. */
export async function assembleAuth(config: Config, parts: AuthParts): Promise<Auth> {
  const { counters, log, clock = systemClock, hasher = createPasswordHasher(), users } = parts;
  const own = users && createOwnUsers(users, parts.store, clock);
  const { store } = own ?? parts;
  const { filterIntrospection } = config;
  const { schemaSide = createSchemaSide({ log, filterIntrospection }) } = parts;
  const keySettings = { ...config, ...config.jwt };
  const keys = await createKeys(keySettings, { store, clock, log });
  try {
    const { isFurther = false } = parts;
    if (!isFurther) warnAtStart(config, log);
    const services = createServices({
      store,
      counters,
      keys,
      hasher,
      clock,
      log,
      // An account that the embedder's table does not have would be nobody's.
      settings: { ...config, ...config.jwt, ...(own && { signup: 'closed' as const }) },
      schemaScopes: schemaSide.scopes,
      legacyTokens: legacySettingsOf(config, { clock, log }),
      elsewhere: own?.elsewhere,
    });
    const { typeDefs, resolvers, guard, judge, answer, viewerCan } = schemaSide;
    const { authCookie } = config.jwt;
    const cookies =
      authCookie === undefined
        ? null
        : createCookieReader({ ...config, ...config.jwt, authCookie, clock, log });
    return Object.freeze({
      typeDefs,
      resolvers,
      services,
      guard,
      judge,
      answer,
      context: createContextBuilder(services, { ...config, ...config.jwt, cookies }, viewerCan),
      admits: (facts: RequestFacts) => cookies?.isForeign(facts.cookies) !== true,
      formatError: createErrorFormat(log, config.production || filterIntrospection).formatError,
      close: () => {
        keys.stop();
        return services.upkeep.stop();
      },
    });
  } catch (error) {
    keys.stop();
    throw error;
  }
}
