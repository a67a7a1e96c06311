// Subscriptions of your own over WebSocket, which end with the token that opened them.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError } from 'graphql';
import { createAuth } from 'graphql-gatehouse';
import { createHandler } from 'graphql-http/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { createServer } from 'node:http';
import { setInterval } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const auth = createAuth({ database: 'example.db' });

const typeDefs = `
  type Subscription {
    ticks: Int @authenticated
  }
`;

async function* ticks() {
  console.log('The clock is wound up.');
  let count = 0;
  for await (const _ of setInterval(100)) yield { ticks: (count += 1) };
}

const resolvers = { Subscription: { ticks: { subscribe: ticks } } };

const schema = auth.guard(
  makeExecutableSchema({
    typeDefs: [auth.typeDefs, typeDefs],
    resolvers: [auth.resolvers, resolvers],
  }),
);

const handler = createHandler({
  schema,
  context: (request) => auth.context(request),
  // What is no GraphQLError says that the request is none of GraphQL.
  formatError: (error) => (error instanceof GraphQLError ? auth.maskError(error) : error),
  // Before anything is parsed: a document that would cost too much is refused.
  onSubscribe: (_request, { query }) => {
    const tooComplex = auth.checkDocument(query);
    return tooComplex === null ? undefined : [tooComplex];
  },
});

const server = createServer(handler);
const wsServer = new WebSocketServer({ server, path: '/graphql', maxPayload: 1024 * 1024 });
const sockets = useServer(auth.graphqlWs({ schema }), wsServer);

server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}/graphql`);
});

process.once('SIGTERM', async () => {
  await sockets.dispose();
  server.close(() => auth.close());
});
