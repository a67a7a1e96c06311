// An API of your own on Mercurius (Fastify), with accounts, sessions and guards.
import { makeExecutableSchema } from '@graphql-tools/schema';
import Fastify from 'fastify';
import { createAuth } from 'graphql-gatehouse';
import mercurius from 'mercurius';

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

const app = Fastify();
app.register(mercurius, {
  schema,
  context: (request) => auth.context(request),
  errorFormatter: (result, context) =>
    mercurius.defaultErrorFormatter(
      { ...result, errors: result.errors.map(auth.maskError) },
      context,
    ),
});
app.addHook('onClose', () => auth.close());

const address = await app.listen({ port: Number(process.env.PORT ?? 4000), host: '127.0.0.1' });
console.log(`Listening on ${address}/graphql`);
