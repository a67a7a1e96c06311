import { makeExecutableSchema } from '@graphql-tools/schema';
import type { Auth } from '../auth/assemble.js';
import { createGraphqlWs } from '../auth/graphqlWs.js';
import { openParts } from '../auth/openParts.js';
import { createFactsReader } from '../auth/requestFacts.js';
import type { Config } from '../config.js';
import { authorizationValues } from '../context/bearer.js';
import type { RequestFacts } from '../context/context.js';
import { messageCookies } from '../context/cookies.js';
import { createSocketWatch, type SocketWatch } from '../context/socketWatch.js';
import type { Log } from '../log.js';
import type { HttpRequest, RunningServer } from '../server/options.js';
import { startServer } from '../server/app.js';
import type { Clock } from '../time.js';
import { createPasswordHasher } from '../tokens/password.js';
import { wellKnownRoutes } from './wellKnownRoutes.js';

/** A server with all that it stands on. */
export interface Node {
  readonly auth: Auth;
  readonly server: RunningServer;
  /** Finishes what is under way, then closes all. */
  stop(): Promise<void>;
}

export interface NodeOptions {
  /** Where the explorer was built. Default: where `npm run build` puts it. */
  readonly explorerFolder?: string;
  /** How many nodes share the cores of this machine, this one counted; another has given the warnings. Default 1. */
  readonly siblings?: number;
  /** What must have happened before anybody can ask. Where it fails nothing listens. */
  readonly beforeListening?: (auth: Auth) => Promise<void>;
}

/** Opens the store, puts the system together, and listens. Where a step fails what was opened is closed again. */
export async function startNode(
  config: Config,
  log: Log,
  clock: Clock,
  { explorerFolder, siblings = 1, beforeListening }: NodeOptions = {},
): Promise<Node> {
  const hasher = createPasswordHasher({ processes: siblings });
  const { auth, close } = await openParts({ config, log, clock, hasher, isFurther: siblings > 1 });
  const sockets = createSocketWatch({ clock, log });
  try {
    await beforeListening?.(auth);
    const server = await listen(config, auth, { log, clock, sockets, explorerFolder });
    return Object.freeze({
      auth,
      server,
      stop: async () => {
        try {
          await server.stop();
        } finally {
          sockets.close();
          await close();
        }
      },
    });
  } catch (error) {
    sockets.close();
    await close();
    throw error;
  }
}

interface ListenParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly sockets: SocketWatch;
  readonly explorerFolder: string | undefined;
}

function listen(
  config: Config,
  auth: Auth,
  { log, clock, sockets, explorerFolder }: ListenParts,
): Promise<RunningServer> {
  const { typeDefs, resolvers, services } = auth;
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  const { trustProxy, introspection, production, filterIntrospection } = config;
  const hideSuggestions = production || filterIntrospection;
  const usesCookies = config.jwt.authCookie !== undefined;
  const factsOf = usesCookies ? factsWithCookies : plainFacts;
  return startServer({
    ...config,
    schema,
    limits: config,
    log,
    clock,
    context: (request) => auth.context(factsOf(request)),
    ...(usesCookies && { admits: (request: HttpRequest) => auth.admits(factsOf(request)) }),
    judge: config.compiledQueries
      ? (operation) => auth.answer(operation)
      : (operation) => auth.judge(operation),
    sockets: (format) =>
      createGraphqlWs({
        judge: (operation) => auth.judge(operation),
        respond: (response) => response,
        rules: { limits: config, introspection, hideSuggestions },
        factsOf: createFactsReader({ trustProxy, log, usesCookies }),
        contextOf: (facts) => auth.context(facts),
        sockets,
        format,
      })({ schema }),
    routes: wellKnownRoutes(services.wellKnown),
    readiness: () => services.store.ping(),
    ...(explorerFolder !== undefined && { explorerFolder }),
  });
}

/** `headers` joins or drops repeated headers; what came is in `rawHeaders`. */
const plainFacts = ({ rawHeaders, headers, address }: HttpRequest): RequestFacts => ({
  authorization: authorizationValues(rawHeaders),
  origin: { address, userAgent: headers['user-agent'] ?? null },
});

const factsWithCookies = (request: HttpRequest): RequestFacts => ({
  ...plainFacts(request),
  cookies: messageCookies(request, request.site, (cookie) => request.addCookie(cookie)),
});
