// An API of your own on graphql-http and plain Node, with accounts, sessions and guards.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError } from 'graphql';
import { createAuth } from 'graphql-gatehouse';
import { createHandler } from 'graphql-http/lib/use/http';
import { createServer } from 'node:http';

const auth = createAuth({ database: 'example.db' });

const typeDefs = `
  extend type Query {
    hello: String
    diary: [String!] @authenticated
  }
`;

const resolvers = {
  Query: {
    hello: () => 'Hello, whoever you are.',
    diary: (_parent, _args, { viewer }) => {
      console.log('The diary is read.');
      return [`Dear diary of ${viewer.id}`];
    },
  },
};

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
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}/graphql`);
});
