import { randomUUID } from 'node:crypto';
import {
  Kind,
  OperationTypeNode,
  getVariableValues,
  type DocumentNode,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Config } from './config.js';
import { createContextBuilder, type RequestFacts } from './context/context.js';
import { createGuards } from './directives/guard.js';
import { AuthError } from './errors.js';
import { typeDefs } from './generated/typeDefs.js';
import type { Resolvers } from './generated/resolvers.js';
import type { Log } from './log.js';
import { andThen, type MaybePromise } from './outcome.js';
import { maskError } from './masking.js';
import type { RequestContext } from './request.js';
import {
  ONE_CREDENTIAL_FIELD,
  countCredentialFields,
  credentialFields,
} from './resolvers/credentialFields.js';
import { resolvers } from './resolvers/resolvers.js';
import { MAX_SCOPES_LENGTH, lengthOfScopes } from './services/grants.js';
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

/** One operation about to run. */
export interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** As they came, before coercion. */
  variables: Readonly<Record<string, unknown>>;
  context: RequestContext;
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
      andThen(refuseSeveralCredentials(services, operation), (several) => {
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

/** What a schema names, `admin` holds, and his token must carry. */
function assertScopesFit(scopes: readonly string[]): void {
  const length = lengthOfScopes(scopes);
  if (length <= MAX_SCOPES_LENGTH) return;
  throw new TypeError(
    `Expected the scopes that the schema's directives name to have at most ${MAX_SCOPES_LENGTH} characters together, ` +
      `because all of them travel in an administrator's token, but they have ${length}. Give them shorter names.`,
  );
}

/** Many guesses in one document would pass for one request: they count as what they are. */
function refuseSeveralCredentials(
  { attempts }: Services,
  { schema, document, operation, variables, context }: Operation,
): MaybePromise<AuthError | null> {
  if (operation.operation !== OperationTypeNode.MUTATION) return null;
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // Variables that do not fit fail before anything runs.
  if (values.coerced === undefined) return null;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const count = countCredentialFields({ operation, fragments, variables: values.coerced });
  if (count <= 1) return null;
  return attempts
    .countAddress(context.origin.address, count)
    .then((limited) =>
      limited === null
        ? new AuthError('BAD_USER_INPUT', {}, ONE_CREDENTIAL_FIELD)
        : new AuthError(limited.code, limited.details),
    );
}
