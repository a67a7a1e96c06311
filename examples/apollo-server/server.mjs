// An API of your own on Apollo Server, with accounts, sessions and guards.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { createAuth } from 'graphql-gatehouse';

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

const server = new ApolloServer({
  schema,
  plugins: [auth.plugin],
  formatError: auth.formatError,
});

const { url } = await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT ?? 4000) },
  context: async ({ req }) => auth.context(req),
});
console.log(`Listening on ${url}`);
