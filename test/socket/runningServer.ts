import { afterEach } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createGraphqlWs } from '../../src/auth/graphqlWs.js';
import { createFactsReader } from '../../src/auth/requestFacts.js';
import { createSocketWatch, type SocketWatch } from '../../src/context/socketWatch.js';
import { defaultDocumentLimits } from '../../src/limits/limits.js';
import { silentLog, type Log } from '../../src/log.js';
import { startServer } from '../../src/server/app.js';
import type { RunningServer, ServerOptions } from '../../src/server/options.js';
import type { RequestContext } from '../../src/request.js';
import { testAuth, type TestAuth } from '../support/auth.js';
import { channel, type Channel } from './channel.js';

export interface SocketServerApi extends TestAuth {
  server: RunningServer;
  url: string;
  events: Channel;
  watch: SocketWatch;
  /** Lets `slow` answer. */
  release: () => void;
}

const typeDefs = `
  extend type Query { open: String, slow: String, crash(password: String): String }
  type Subscription { news: Int, diary: Int @authenticated }
`;

const leftovers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const tidy of leftovers.splice(0)) await tidy();
});

/** The server itself, with a schema of its own that has subscriptions. */
export async function socketServer(
  options: Partial<ServerOptions<RequestContext>> = {},
): Promise<SocketServerApi> {
  const system = await testAuth();
  const { auth, clock } = system;
  const log: Log = options.log ?? silentLog;
  const events = channel();
  const watch = createSocketWatch({ clock, log });
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const event = { subscribe: () => events.subscribe(), resolve: (value: number) => value };
  const schema = auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, typeDefs],
      resolvers: [
        auth.resolvers,
        {
          Query: {
            open: () => 'open',
            slow: () => released.then(() => 'done'),
            crash: (_: unknown, { password }: { password: string }) => {
              throw new Error(`cannot hash ${password}`);
            },
          },
          Subscription: { news: event, diary: event },
        },
      ],
    }),
  );
  const limits = { ...defaultDocumentLimits, maxBodySize: 4096 };
  const server = await startServer<RequestContext>({
    schema,
    context: ({ headers, address }) =>
      auth.context({
        authorization: headers.authorization === undefined ? [] : [headers.authorization],
        origin: { address, userAgent: null },
      }),
    judge: (operation) => auth.judge(operation),
    sockets: (format) =>
      createGraphqlWs({
        judge: (operation) => auth.judge(operation),
        respond: (response) => response,
        rules: { limits, introspection: true, hideSuggestions: false },
        factsOf: createFactsReader({ trustProxy: false, log }),
        contextOf: (facts) => auth.context(facts),
        sockets: watch,
        format,
      })({ schema }),
    port: 0,
    host: '127.0.0.1',
    path: '/graphql',
    corsOrigins: ['https://app.example.com'],
    introspection: true,
    explorer: false,
    production: false,
    limits,
    trustProxy: false,
    log,
    readiness: () => undefined,
    ...options,
    times: { drain: 0, stop: 2000, ...options.times },
  });
  leftovers.push(async () => {
    release();
    await server.stop();
    watch.close();
  });
  return { ...system, server, url: server.url, events, watch, release };
}
