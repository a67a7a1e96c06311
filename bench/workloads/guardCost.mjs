import { createRequire } from 'node:module';
import { createAuth } from '../../dist/index.js';
import { median, rowOf, valueOf } from './parts/figures.mjs';
import { onLoadCore } from './parts/machine.mjs';
import { accessTokenOf, folder, makeSessions, SECRET } from './parts/sessions.mjs';

// Those of the repository, whose graphql the guards know; the bench has another copy for its contenders.
const ofRepository = createRequire(new URL('../../package.json', import.meta.url));
const { makeExecutableSchema } = ofRepository('@graphql-tools/schema');
const { ApolloServer } = ofRepository('@apollo/server');
const { ApolloServerPluginCacheControlDisabled } = ofRepository('@apollo/server/plugin/disabled');

const BATCH = 400;
/** Each round is a pair of batches; so many make the median steady where single ones are not. */
const PAIRS = 60;

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
const query = '{ posts { id title author { id name } } }';

export const guardCost = {
  name: 'guard-cost',
  title: 'What guards cost',
  about:
    'The same query (50 rows, a guarded field, a guarded child) on the same schema with and without directives, on ' +
    'Apollo Server with `auth.guard`, `auth.context` and `auth.plugin`, without HTTP, which would only make the share of the ' +
    'guards smaller; batches of one process that alternate.',
  type: 'own',
  baseline: 'open',
  targets: [{ text: 'guards add', of: (rows) => valueOf(rows, 'added'), unit: '%', atMost: 3 }],
  run: () =>
    onLoadCore(async () => {
      const place = folder();
      const database = `${place.path}/guards.db`;
      const [session] = await makeSessions(database, 1);
      const auth = createAuth({ database, jwt: { secretKey: SECRET } });
      try {
        await auth.ready;
        return await measure(auth, accessTokenOf(session));
      } finally {
        await auth.close();
        place.remove();
      }
    }),
};

async function measure(auth, token) {
  const schemaOf = (guards) =>
    auth.guard(
      makeExecutableSchema({
        typeDefs: [auth.typeDefs, sdl(guards).replace('type Query', 'extend type Query')],
        resolvers: [auth.resolvers, { Query: { posts: () => posts } }],
      }),
    );
  const serve = async (guards) => {
    const server = new ApolloServer({
      schema: schemaOf(guards),
      plugins: [ApolloServerPluginCacheControlDisabled(), auth.plugin],
    });
    await server.start();
    return server;
  };
  const open = await serve(() => '');
  const guarded = await serve((directive) => directive);
  const headers = { authorization: `Bearer ${token}` };

  async function batch(server) {
    const before = process.cpuUsage();
    for (let n = 0; n < BATCH; n++) {
      const contextValue = await auth.context({ headers, address: '127.0.0.1' });
      const { body } = await server.executeOperation({ query }, { contextValue });
      const { data, errors } = body.singleResult;
      if (errors !== undefined || data.posts.length !== posts.length) throw new Error('Refused.');
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / BATCH;
  }

  const rounds = { open: [], guarded: [] };
  for (const server of [open, guarded, open, guarded]) await batch(server);
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = pair % 2 === 0 ? ['open', 'guarded'] : ['guarded', 'open'];
    for (const name of order) {
      rounds[name].push({ value: await batch(name === 'open' ? open : guarded) });
    }
  }
  await Promise.all([open.stop(), guarded.stop()]);
  const added = rounds.open.map(({ value }, pair) => ({
    value: (rounds.guarded[pair].value / value - 1) * 100,
  }));
  const less = { lowerIsBetter: true };
  return [
    rowOf('open', 'without directives', 'µs of CPU', rounds.open, less),
    rowOf('guarded', 'with directives', 'µs of CPU', rounds.guarded, less),
    rowOf(
      'added',
      'guards add (median of pairs)',
      '%',
      [{ value: median(added.map(({ value }) => value)) }],
      less,
    ),
  ];
}
