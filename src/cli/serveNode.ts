import { makeExecutableSchema } from '@graphql-tools/schema';
import type { Auth } from '../auth/assemble.js';
import { openParts } from '../auth/openParts.js';
import type { Config } from '../config.js';
import { authorizationValues } from '../context/bearer.js';
import type { RequestFacts } from '../context/context.js';
import type { Log } from '../log.js';
import type { HttpRequest, RunningServer } from '../server/options.js';
import { startServer } from '../server/app.js';
import type { Clock } from '../time.js';

/** A server with all that it stands on. */
export interface Node {
  readonly auth: Auth;
  readonly server: RunningServer;
  /** Finishes what is under way, then closes all. */
  stop(): Promise<void>;
}

/**
 * Opens the store, puts the system together, and listens. Where a step fails what was opened is closed again.
 * `explorerFolder` is where the explorer was built; default: where `npm run build` puts it.
 */
export async function startNode(
  config: Config,
  log: Log,
  clock: Clock,
  explorerFolder?: string,
): Promise<Node> {
  const { auth, close } = await openParts({ config, log, clock });
  try {
    const server = await listen(config, auth, log, clock, explorerFolder);
    return Object.freeze({
      auth,
      server,
      stop: async () => {
        await server.stop();
        await close();
      },
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(
  config: Config,
  auth: Auth,
  log: Log,
  clock: Clock,
  explorerFolder?: string,
): Promise<RunningServer> {
  const { typeDefs, resolvers, services } = auth;
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  return startServer({
    ...config,
    schema,
    limits: config,
    log,
    clock,
    context: (request) => auth.context(factsOf(request)),
    judge: (operation) => auth.judge(operation),
    readiness: () => services.store.ping(),
    ...(explorerFolder !== undefined && { explorerFolder }),
  });
}

/** `headers` joins or drops repeated headers; what came is in `rawHeaders`. */
const factsOf = ({ rawHeaders, headers, address }: HttpRequest): RequestFacts => ({
  authorization: authorizationValues(rawHeaders),
  origin: { address, userAgent: headers['user-agent'] ?? null },
});
