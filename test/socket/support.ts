import { afterEach } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Auth, AuthContext, AuthOptions, GraphqlWsInput } from '../../src/index.js';
import { embedded, signup } from '../library/support.js';
import { channel, type Channel } from './channel.js';

export interface SocketApi {
  auth: Auth;
  schema: GraphQLSchema;
  url: string;
  token: string;
  /** Events of every subscription. */
  events: Channel;
  /** Whom the resolvers of events have seen. */
  seen: (string | null)[];
  server: WebSocketServer;
}

const typeDefs = `
  extend type Query { whoami: String @authenticated, open: String, crash: String, echo(password: String): String }
  extend type Mutation { bump: Int @authenticated }
  type Subscription {
    news: Int
    stuck: Int
    diary: Int @authenticated
    orders: Int @requiresScopes(scopes: [["orders:read"]])
    guardedLater(by: In): Note
  }
  input In { text: String, secret: Int @authenticated }
  type Note { text: Int, mine: String @authenticated }
`;

const leftovers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const tidy of leftovers.splice(0).reverse()) await tidy();
});

/** An embedder's API over `useServer` of graphql-ws, on a real port. */
export async function socketApi(
  options: AuthOptions = {},
  more: Partial<GraphqlWsInput> = {},
): Promise<SocketApi> {
  const auth = embedded(options);
  const events = channel();
  const seen: (string | null)[] = [];
  const event = {
    subscribe: () => events.subscribe(),
    resolve: (value: number, _: unknown, { viewer }: AuthContext) => {
      seen.push(viewer?.id ?? null);
      return value;
    },
  };
  const schema = auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, typeDefs],
      resolvers: [
        auth.resolvers,
        {
          Query: {
            whoami: (_: unknown, __: unknown, { viewer }: AuthContext) => viewer?.id,
            open: (_: unknown, __: unknown, { db }: { db?: string }) => db ?? 'open',
            crash: () => {
              throw new Error('disk on fire');
            },
            echo: (_: unknown, { password }: { password: string }) => {
              throw new Error(`cannot hash ${password}`);
            },
          },
          Mutation: { bump: () => 1 },
          Subscription: {
            news: event,
            // A generator that waits cannot be left.
            stuck: {
              async *subscribe() {
                yield await new Promise(() => undefined);
              },
            },
            diary: event,
            orders: event,
            guardedLater: { ...event, resolve: (value: number) => ({ text: value, mine: 'yes' }) },
          },
        },
      ],
    }),
  );
  const token = await signup(auth, schema);
  const http = createServer();
  const server = new WebSocketServer({ server: http, path: '/graphql' });
  const running = useServer(auth.graphqlWs({ schema, ...more }), server);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  leftovers.push(async () => {
    for (const client of server.clients) client.terminate();
    await running.dispose();
    await new Promise((resolve) => http.close(resolve));
  });
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
  return { auth, schema, url, token, events, seen, server };
}
