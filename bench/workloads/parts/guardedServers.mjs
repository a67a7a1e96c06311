/** The same schema with and without directives, as an embedder runs it and as `gatehouse serve` does. */
import { createSchemaSide } from '../../../.modules/auth/schemaSide.js';
import { silentLog } from '../../../.modules/log.js';
import { startEngine } from '../../../.modules/server/apollo.js';
import { Exchange } from '../../../.modules/server/exchange.js';
import { ofRepository } from '../../harness/ofRepository.mjs';

const { makeExecutableSchema } = ofRepository('@graphql-tools/schema');
const { ApolloServer } = ofRepository('@apollo/server');
const {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginUsageReportingDisabled,
} = ofRepository('@apollo/server/plugin/disabled');

const sdl = (guards) => `
  type Query { posts: [Post!]! ${guards('@authenticated')} }
  type Post {
    id: ID!
    title: String! ${guards('@requiresScopes(scopes: [["posts:read"]])')}
    author: Author!
  }
  type Author ${guards('@hasRole(roles: ["member"])')} { id: ID! name: String! }
`;
const posts = Array.from({ length: 50 }, (_, n) => ({
  ...{ id: String(n), title: `Post ${n}` },
  author: { id: String(n % 5), name: `Author ${n % 5}` },
}));
export const query = '{ posts { id title author { id name } } }';

export const schemaOf = ({ typeDefs, resolvers, guard }, directives) =>
  guard(
    makeExecutableSchema({
      typeDefs: [typeDefs, sdl(directives).replace('type Query', 'extend type Query')],
      resolvers: [resolvers, { Query: { posts: () => posts } }],
    }),
  );

/** `{ ask: { open, guarded }, stop }` of what `start(directives)` starts. */
async function pairOf(start) {
  const open = await start(() => '');
  const guarded = await start((directive) => directive);
  return {
    ask: { open: open.ask, guarded: guarded.ask },
    stop: () => Promise.all([open.stop(), guarded.stop()]),
  };
}

const apolloWith = (pluginsOf) => (auth, headers) =>
  pairOf(async (directives) => {
    const server = new ApolloServer({
      schema: schemaOf(auth, directives),
      plugins: pluginsOf(auth),
    });
    await server.start();
    return {
      ask: async () => {
        const contextValue = await auth.context({ headers, address: '127.0.0.1' });
        const { body } = await server.executeOperation({ query }, { contextValue });
        const { data, errors } = body.singleResult;
        if (errors !== undefined || data.posts.length !== posts.length) throw new Error('Refused.');
      },
      stop: () => server.stop(),
    };
  });

/** Apollo Server, executed by graphql-js. */
export const apollo = apolloWith((auth) => [ApolloServerPluginCacheControlDisabled(), auth.plugin]);

export const compiledPlugins = (auth) =>
  auth.plugins([
    ApolloServerPluginCacheControlDisabled(),
    ApolloServerPluginInlineTraceDisabled(),
    ApolloServerPluginUsageReportingDisabled(),
  ]);

/** Apollo Server with `auth.plugins`, which compiles what comes again. */
export const apolloCompiled = apolloWith(compiledPlugins);

/** The engine of `gatehouse serve`, which compiles, too, and answers JSON. */
export const served = (auth, headers) =>
  pairOf(async (directives) => {
    const side = createSchemaSide({});
    const { run, stop } = await startEngine({
      ...{ schema: schemaOf(side, directives), judge: side.answer, log: silentLog },
      ...{ introspection: false, production: true },
      context: () => auth.context({ headers, address: '127.0.0.1' }),
    });
    const request = { method: 'POST', url: '/graphql', headers, rawHeaders: [] };
    const text = `${JSON.stringify({ data: { posts } })}\n`;
    return {
      ask: async () => {
        const exchange = new Exchange(request, null, 'bench', '127.0.0.1', () => null);
        const { body } = await run(exchange, { query });
        if (body !== text) throw new Error(`Refused: ${body}`);
      },
      stop,
    };
  });
