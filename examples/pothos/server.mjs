// A code-first schema (Pothos): guards stand in `extensions`, under the names of the directives.
import { mergeSchemas } from '@graphql-tools/schema';
import SchemaBuilder from '@pothos/core';
import { createAuth } from 'graphql-gatehouse';
import { createYoga } from 'graphql-yoga';
import { createServer } from 'node:http';

const auth = createAuth({ database: 'example.db' });

const builder = new SchemaBuilder({});
builder.queryType({
  fields: (t) => ({
    hello: t.string({ resolve: () => 'Hello, whoever you are.' }),
    diary: t.stringList({
      nullable: true,
      extensions: { authenticated: true },
      resolve: (_parent, _args, { viewer }) => {
        console.log('The diary is read.');
        return [`Dear diary of ${viewer.id}`];
      },
    }),
    drafts: t.stringList({
      nullable: true,
      extensions: { requiresScopes: { scopes: [['drafts:read']] } },
      resolve: () => ['A draft'],
    }),
  }),
});

const schema = auth.guard(
  mergeSchemas({
    schemas: [builder.toSchema()],
    typeDefs: auth.typeDefs,
    resolvers: auth.resolvers,
  }),
);

const yoga = createYoga({
  schema,
  context: ({ req }) => auth.context(req),
  maskedErrors: { maskError: auth.maskError },
});

const server = createServer(yoga);
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  console.log(`Listening on http://127.0.0.1:${server.address().port}/graphql`);
});
