import { randomUUID } from 'node:crypto';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Config } from './config.js';
import { createContextBuilder, type RequestFacts } from './context/context.js';
import { createGuards } from './directives/guard.js';
import { typeDefs } from './generated/typeDefs.js';
import type { Resolvers } from './generated/resolvers.js';
import type { Log } from './log.js';
import { andThen, type MaybePromise } from './outcome.js';
import { maskError } from './masking.js';
import type { Operation, RequestContext } from './request.js';
import { credentialFields, refuseSeveralCredentials } from './resolvers/credentialFields.js';
import { resolvers } from './resolvers/resolvers.js';
import { assertScopesFit } from './services/grantSize.js';
import { createKeys } from './services/keys.js';
import { createServices, type Services } from './services/services.js';
import type { CounterStore } from './store/limiter.js';
import type { Store } from './store/store.js';
import { systemClock, type Clock } from './time.js';
import { createPasswordHasher, type PasswordHasher } from './tokens/password.js';

/** What the system stands on. Closing it is left to whoever made it. */
export interface AuthParts {
  store: Store;
  counters: CounterStore;
  log: Log;
  /** Default: the system's. */
  clock?: Clock;
  /** Default: argon2id on all cores. */
  hasher?: PasswordHasher;
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
  /** To be asked after validation, before execution: errors that refuse the operation whole, or null. */
  judge(operation: Operation): MaybePromise<readonly GraphQLError[] | null>;
  /**
   * An error as it may leave, for servers that have a place for this (Apollo Server's `formatError`). What was not
   * thrown on purpose is logged whole under a new request id, and leaves as `INTERNAL_SERVER_ERROR` with that id;
   * a store that cannot answer is `SERVICE_UNAVAILABLE`. Never throws.
   */
  formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError;
  /** Ends the timers. The store stays open. */
  close(): Promise<void>;
}

/** Puts the system together from its settings and its parts. Makes the first signing keys where there are none. */
export async function assembleAuth(config: Config, parts: AuthParts): Promise<Auth> {
  const { store, counters, log, clock = systemClock, hasher = createPasswordHasher() } = parts;
  const keys = await createKeys(config.jwt, store, clock);
  let schemaScopes: readonly string[] = [];
  const services = createServices({
    store,
    counters,
    keys,
    hasher,
    clock,
    log,
    settings: { ...config, ...config.jwt },
    schemaScopes: () => schemaScopes,
  });
  const guards = createGuards({
    log,
    credentialFields: credentialFields.map((field) => `Mutation.${field}`),
  });

  function guard(schema: GraphQLSchema): GraphQLSchema {
    const guarded = guards.guard(schema);
    const scopes = guards.scopesOf(guarded);
    assertScopesFit(scopes);
    schemaScopes = scopes;
    return guarded;
  }

  return Object.freeze({
    typeDefs,
    resolvers,
    services,
    guard,
    context: createContextBuilder(services, { ...config, ...config.jwt }),
    judge: (operation: Operation) =>
      andThen(refuseSeveralCredentials(operation), (several) => {
        if (several !== null) return [several];
        const { schema, document, operation: node, variables, context } = operation;
        const verdict = guards.judge(schema, document, node, variables, context);
        return verdict.refuseAll ? verdict.denials : null;
      }),
    formatError: (formatted: GraphQLFormattedError, error: unknown) =>
      maskError(formatted, error, {
        requestId: randomUUID(),
        report: (err, requestId) => log.error({ err, requestId }, 'an error was masked'),
      }),
    close: () => services.upkeep.stop(),
  });
}
