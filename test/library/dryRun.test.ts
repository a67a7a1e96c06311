import { expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import type { Auth } from '../../src/index.js';
import { account, bearer, embedded, nobody, run } from './support.js';

const schemaOf = (auth: Auth) =>
  auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, 'extend type Query { secret: String @authenticated }'],
      resolvers: [auth.resolvers, { Query: { secret: () => 'told' } }],
    }),
  );

test.each([
  ['as they are called', {}],
  ['under other names', { User: 'Account', 'Mutation.setUserRoles': 'grant' }],
])('a dry run tries out your guards and never opens our own fields, %s', async (_, names) => {
  const auth = embedded({ dryRun: true, names });
  const schema = schemaOf(auth);
  const signedUp = await run(
    auth,
    schema,
    `mutation { signup(${account}) { accessToken user { id } } }`,
  );
  const { accessToken, user } = signedUp.data.signup;
  const grant = 'User' in names ? 'grant' : 'setUserRoles';
  const source = `mutation { ${grant}(userId: "${user.id}", roles: ["admin"]) { id } }`;

  const asNobody = await run(auth, schema, source);
  expect(asNobody.errors?.[0]?.extensions).toMatchObject({ reason: 'TOKEN_MISSING' });
  const asUser = await run(auth, schema, source, bearer(accessToken));
  expect(asUser.errors?.[0]?.extensions).toMatchObject({ missing: ['users:write'] });
  const read = await run(
    auth,
    schema,
    `{ secret session { id } users(search: "a") { nodes { email } } }`,
  );
  expect(read.data).toEqual({ secret: 'told', session: null, users: null });
  const mine = await run(auth, schema, '{ me { email roles } }', bearer(accessToken));
  expect(mine.data).toEqual({ me: { email: 'ann@example.com', roles: [] } });
  expect((await run(auth, schema, '{ secret }', nobody)).errors).toBeUndefined();
});

test('nor those that another tool has renamed before', async () => {
  const auth = embedded({ dryRun: true });
  const made = makeExecutableSchema({ typeDefs: auth.typeDefs, resolvers: auth.resolvers });
  const schema = auth.guard(
    mapSchema(made, { [MapperKind.ROOT_FIELD]: (config, name) => [`auth_${name}`, config] }),
  );
  await run(auth, schema, `mutation { auth_signup(${account}) { tokenType } }`);
  const read = await run(auth, schema, '{ auth_users { nodes { id } } }');
  expect(read.data).toEqual({ auth_users: null });
  expect(read.errors?.[0]?.extensions).toMatchObject({ reason: 'TOKEN_MISSING' });
});
