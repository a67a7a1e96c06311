import type { DocumentNode, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Respond } from '../directives/respond.js';
import { AuthError } from '../errors.js';
import type { Resolvers } from '../generated/resolvers.js';
import type { RequestFacts } from '../context/context.js';
import { createSocketWatch } from '../context/socketWatch.js';
import { checkDocument } from '../limits/checkDocument.js';
import type { MaybePromise } from '../outcome.js';
import type { RequestContext } from '../request.js';
import type { Services } from '../services/services.js';
import { createErrorFormat } from './errorFormat.js';
import type { MakeLoginResolver } from '../resolvers/loginResolver.js';
import type { CookieTarget } from './cookieTarget.js';
import { createGraphqlWs, type GraphqlWsInput, type GraphqlWsOptions } from './graphqlWs.js';
import { openParts, type OpenParts } from './openParts.js';
import { readOptions, type AuthOptions } from './options.js';
import type { OwnUser } from './ownUsers.js';
import { createApolloPlugin, type ApolloPlugin } from './plugin.js';
import { createApolloPlugins, type ApolloPlugins } from './plugins.js';
import { createFactsReader, type AuthRequest } from './requestFacts.js';

/** Accounts, sessions, tokens and guards for a GraphQL API of your own. */
export interface Auth {
  /** This API with its directives, to be merged with your type definitions. */
  readonly typeDefs: string;
  /** To be merged with your resolvers. */
  readonly resolvers: Resolvers;
  /** For Apollo Server's `plugins`: answers what is refused whole before it is executed. */
  readonly plugin: ApolloPlugin;
  /**
   * The whole list for Apollo Server's `plugins`, in place of `plugin`: yours as they are, and ours, which here answers
   * compiled queries, too. Steps aside for each request that one of yours wants to see executed (`executionDidStart`, a
   * `responseForOperation` of its own). Apollo Server's own that do are named in the list, switched off; else nothing is
   * compiled and a warning says so. Not for servers with a `rootValue` or `fieldResolver`, nor beside `addPlugin`.
   */
  readonly plugins: ApolloPlugins;
  /** The rules, usable without GraphQL. Throws before `ready`. */
  readonly services: Services;
  /** Settles when the store is open; rejects with what went wrong. To wait for it is not needed. */
  readonly ready: Promise<void>;
  /**
   * A copy of the schema with every guard in force; call it last. Throws a TypeError that says the fix for a
   * directive that would not be enforced. A `fieldResolver` of the whole server is not asked for mutations, for guarded
   * fields, nor for fields of types that can be reached from `AuthPayload`: give those resolvers, before.
   */
  readonly guard: (schema: GraphQLSchema) => GraphQLSchema;
  /**
   * What resolvers and guards see of a request; may be spread into a context of your own. Never refuses: a bad token
   * makes a rejected credential. Waits for the store the first time, and answers at once afterwards where the store
   * does. Rejects with the error of `ready` where that failed; throws a TypeError for what is no request.
   *
   * Where `jwt.authCookie` is set, cookies are set in `answer`, which must then be given: without it throws a TypeError.
   * Our cookies from a page of another origin than its own and `corsOrigins` make it throw `FORBIDDEN`, HTTP 403.
   */
  readonly context: (request: AuthRequest, answer?: CookieTarget) => MaybePromise<RequestContext>;
  /**
   * The resolver of a mutation of yours that logs somebody in and returns `AuthPayload`. `identify` is called as a
   * resolver is, finds out who it is, and returns what `services.loginUser(id, origin)` or another service that logs in
   * has returned. Cookies, guards and the one login of an operation are as with our own fields.
   */
  readonly loginResolver: MakeLoginResolver;
  /** For Apollo Server: masks what nobody threw on purpose, and logs it whole under the id that the caller is told. */
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  /**
   * The same for other servers: an error as it may leave, which is the given one where it was thrown on purpose. What
   * is no `GraphQLError` counts as unexpected.
   */
  readonly maskError: (error: unknown) => GraphQLError;
  /** `DOCUMENT_TOO_COMPLEX` with `limit`, `allowed` and `count`, or null. To be asked before validation. */
  readonly checkDocument: (source: string | DocumentNode) => AuthError | null;
  /**
   * A finished answer with its denials where and as the options `errors` and `errorCode` say; the same answer by
   * default. The plugin does it for Apollo Server.
   */
  readonly respond: Respond;
  /**
   * Options for `useServer` of `graphql-ws`: limits, guards and masking as over HTTP, and a socket that is closed with
   * 4403 when its token ceases to be good. Throws a TypeError for options that are none.
   */
  readonly graphqlWs: (input: GraphqlWsInput) => GraphqlWsOptions;
  /** Ends the timers and closes what `createAuth` has opened. Safe to call again. */
  readonly close: () => Promise<void>;
}

/**
 * Puts accounts, sessions, tokens and guards beside a schema of your own. Returns at once: the store opens behind it.
 * Reads no environment variable unless `env` is given, listens on no port. Throws one TypeError that lists every
 * wrong or misspelt option.
 */
export function createAuth<User extends OwnUser = OwnUser>(options: AuthOptions<User> = {}): Auth {
  const read = readOptions(options);
  const { config, log, clock, schemaSide } = read;
  const usesCookies = config.jwt.authCookie !== undefined;
  const factsOf = createFactsReader({ trustProxy: config.trustProxy, log, usesCookies });
  const hideSuggestions = config.production || config.filterIntrospection;
  const errorFormat = createErrorFormat(log, hideSuggestions);
  const sockets = createSocketWatch({ clock, log });
  let opened: OpenParts | null = null;
  const opening = openParts(read).then((parts) => (opened = parts));
  const ready = opening.then(() => undefined);
  // Whoever waits for it or asks for a context is told; until then a failed start must not end the process.
  ready.catch(() => undefined);
  let closing: Promise<void> | null = null;
  const contextOf = (facts: RequestFacts): MaybePromise<RequestContext> =>
    opened === null ? opening.then(({ auth }) => auth.context(facts)) : opened.auth.context(facts);

  const graphqlWs = createGraphqlWs({
    judge: schemaSide.judge,
    respond: schemaSide.respond,
    rules: { limits: config, introspection: config.introspection, hideSuggestions },
    factsOf,
    contextOf,
    sockets,
    format: (errors, { authorization, variables, document }) =>
      errorFormat.formatAll(errors, { headers: { authorization }, variables, document }),
  });

  return Object.freeze<Auth>({
    typeDefs: schemaSide.typeDefs,
    resolvers: schemaSide.resolvers,
    plugin: createApolloPlugin(schemaSide, errorFormat),
    plugins: createApolloPlugins({ ...schemaSide, ...config, log, format: errorFormat }),
    ready,
    get services() {
      if (opened !== null) return opened.auth.services;
      throw new Error('auth.services is there once the store is open. Write: await auth.ready.');
    },
    guard: schemaSide.guard,
    context: (request, answer) => contextOf(factsOf(request, answer)),
    formatError: errorFormat.formatError,
    maskError: errorFormat.maskError,
    respond: schemaSide.respond,
    loginResolver: schemaSide.loginResolver,
    checkDocument(source) {
      const excess = checkDocument(source, config);
      return excess === null ? null : new AuthError('DOCUMENT_TOO_COMPLEX', { ...excess });
    },
    graphqlWs(input) {
      const made = graphqlWs(input);
      schemaSide.assertIsGuarded(input.schema);
      return made;
    },
    close: () => {
      sockets.close();
      return (closing ??= opening.then(
        (parts) => parts.close(),
        () => undefined,
      ));
    },
  });
}
