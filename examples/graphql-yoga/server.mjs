// An API of your own on GraphQL Yoga, with accounts, sessions and guards.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createAuth } from 'graphql-gatehouse';
import { createYoga } from 'graphql-yoga';
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

// `req` is the request of Node, which knows the caller's address; Yoga's own `request` does not.
const yoga = createYoga({
  schema,
  context: ({ req }) => auth.context(req),
  maskedErrors: { maskError: auth.maskError },
});

const server = createServer(yoga);
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}/graphql`);
});
