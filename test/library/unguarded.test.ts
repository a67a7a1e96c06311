import { ApolloServer } from '@apollo/server';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { addResolversToSchema, makeExecutableSchema } from '@graphql-tools/schema';
import { mapSchema } from '@graphql-tools/utils';
import { graphql, lexicographicSortSchema } from 'graphql';
import type { Auth } from '../../src/index.js';
import { account, embedded, nobody, run } from './support.js';

const said =
  'Nothing guards this schema: its directives have no effect. Give your server what auth.guard(schema) returns.';
const ran = jest.fn();

beforeEach(() => {
  ran.mockClear();
});

/** What somebody hands to a server who has forgotten a line. */
const forgotten = (auth: Auth) => ({
  typeDefs: [auth.typeDefs, 'extend type Query { diary: String @authenticated }'],
  resolvers: [auth.resolvers, { Query: { diary: () => ran() } }],
});

describe('a schema that was never guarded', () => {
  test.each<[string, (auth: Auth) => object]>([
    ['plugin', ({ plugin }) => plugin],
    ['plugins', ({ plugins }) => plugins([]).at(-1) as object],
  ])('does not start in Apollo Server with auth.%s', async (_, pluginOf) => {
    const auth = embedded();
    const server = new ApolloServer({
      ...forgotten(auth),
      plugins: [pluginOf(auth)],
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    await expect(server.start()).rejects.toThrow(said);
  });

  test.each([
    'mutation { setUserRoles(userId: "u", roles: ["admin"]) { id } }',
    'mutation { rotateSigningKey { kid } }',
    'mutation { login(input: { email: "ann@example.com", password: "x" }) { accessToken } }',
    '{ users { nodes { email } } }',
    '{ roles { name } }',
    '{ me { id } }',
  ])('has no field of our API in any server: %s', async (source) => {
    const auth = embedded();
    const schema = makeExecutableSchema(forgotten(auth));
    const { data, errors } = await run(auth, schema, source);
    expect(Object.values(data ?? { none: null })).toEqual([null]);
    expect(errors?.map(({ message }) => message)).toEqual([said]);
  });

  test('is refused by auth.graphqlWs', () => {
    const auth = embedded();
    const schema = makeExecutableSchema(forgotten(auth));
    expect(() => auth.graphqlWs({ schema })).toThrow(said);
  });

  test('is guarded in each of its copies once it is', async () => {
    const auth = embedded();
    const guarded = auth.guard(makeExecutableSchema(forgotten(auth)));
    for (const copy of [guarded, lexicographicSortSchema(guarded), mapSchema(guarded, {})]) {
      expect(await run(auth, copy, '{ me { id } }')).toEqual({ data: { me: null } });
      await run(auth, copy, '{ diary }');
      expect(ran).not.toHaveBeenCalled();
    }
  });
});

test('a guarded schema may wrap one that is not, as stitched ones do', async () => {
  const auth = embedded();
  const inner = makeExecutableSchema(forgotten(auth));
  const outer = auth.guard(
    makeExecutableSchema({
      typeDefs: 'type Query { me: Int }',
      resolvers: {
        Query: {
          me: async (_, __, contextValue) => {
            const { data, errors } = await graphql({
              schema: inner,
              source: '{ me { id } }',
              contextValue,
            });
            return errors === undefined && data?.['me'] === null ? 0 : null;
          },
        },
      },
    }),
  );
  expect(await run(auth, outer, '{ me }')).toEqual({ data: { me: 0 } });
});

test('what guard was given is not served in place of what it returned', async () => {
  const auth = embedded();
  const schema = makeExecutableSchema(forgotten(auth));
  auth.guard(schema);
  const { errors } = await run(auth, schema, '{ me { id } }');
  expect(errors?.map(({ message }) => message)).toEqual([said]);
});

test('resolvers that are set after the guards make nobody the command line', async () => {
  const auth = embedded();
  const guarded = auth.guard(makeExecutableSchema({ typeDefs: auth.typeDefs }));
  const schema = addResolversToSchema({ schema: guarded, resolvers: auth.resolvers });
  const { data } = await run(auth, schema, `mutation { signup(${account}) { user { id } } }`);
  const { id } = data.signup.user;
  for (const field of [
    `setUserRoles(userId: "${id}", roles: ["admin"]) { id }`,
    `disableUser(userId: "${id}") { id }`,
    `enableUser(userId: "${id}") { id }`,
    `revokeUserSessions(userId: "${id}")`,
    'upsertRole(input: { name: "x", scopes: [] }) { name }',
    'rotateSigningKey { kid }',
  ]) {
    const { errors } = await run(auth, schema, `mutation { ${field} }`);
    expect(errors?.[0]?.extensions).toMatchObject({ reason: 'TOKEN_MISSING', refreshable: false });
  }
  expect(auth.services.store.rolesByUserIds([id])).toEqual([[]]);
});

test('a resolver may be called by hand', async () => {
  const auth = embedded();
  const { me } = auth.resolvers.Query as { me: (...given: unknown[]) => unknown };
  const context = await auth.context(nobody);
  expect(await me(null, {}, context)).toBe(null);
  expect(await me(null, {}, context, {})).toBe(null);
});

test.each([undefined, null, 'type Query { open: Int }', { typeDefs: '' }])(
  'guard says what it takes, given %j',
  (given) => {
    expect(() => embedded().guard(given as never)).toThrow(
      'guard takes a GraphQLSchema, such as makeExecutableSchema({ typeDefs, resolvers }) returns.',
    );
  },
);

test.each([undefined, null, {}, { user: 'ann' }])(
  'a context that is not ours is named, not only missed: %j',
  async (contextValue) => {
    const auth = embedded();
    const schema = auth.guard(makeExecutableSchema(forgotten(auth)));
    const { errors } = await graphql({ schema, source: '{ me { id } }', contextValue });
    expect(errors?.[0]?.message).toContain('Build it with auth.context()');
  },
);
