import { expect, jest, test } from '@jest/globals';
import { perObject } from '../../src/directives/policies.js';
import { setPayload } from '../../src/payload.js';
import type { ViewerContext } from '../../src/viewer.js';
import { expired, guarded, guards, build, nobody, run, somebody } from './support.js';

const typeDefs = `
  type User { id: ID! email: String @authenticated friend: Being plain: String }
  interface Being { name: String }
  type Ghost implements Being @hasRole(roles: ["medium"]) { name: String }
  type Payload { user: User session: [User] }
  type Query { a: Int }
  type Mutation { login(as: String): Payload other: User }
`;
const seenBy: (string | null)[] = [];
const login = jest.fn(
  (_: unknown, args: { as?: string }, context: ViewerContext, info: { path: { key: unknown } }) => {
    if (args.as === 'nobody') return null;
    const roles = args.as === 'medium' ? ['medium'] : [];
    setPayload(context, { key: String(info.path.key), context: somebody({ roles }) });
    return { user: { id: '1', email: 'e' }, session: [{ id: '2', email: 'e' }] };
  },
);
const resolvers = {
  User: {
    plain: (_: unknown, __: unknown, context: ViewerContext) => {
      seenBy.push(context.viewer?.id ?? null);
      return 'plain';
    },
    friend: () => ({ __typename: 'Ghost', name: 'Boo' }),
  },
  Mutation: { login, other: () => ({ id: '3', email: 'e' }) },
};
const options = { credentialFields: ['Mutation.login'] };
const schema = guarded(typeDefs, resolvers, options);

test('below a field that logs in guards and resolvers see the viewer whom it names', async () => {
  seenBy.length = 0;
  const source =
    'mutation { mine: login { user { email plain } session { email } } other { email plain } }';
  const { data, denied } = await run(schema, source, nobody());
  expect(data).toEqual({
    mine: { user: { email: 'e', plain: 'plain' }, session: [{ email: 'e' }] },
    other: { email: null, plain: 'plain' },
  });
  expect(denied).toMatchObject([{ path: 'other.email' }]);
  expect(seenBy).toEqual(['u1', null]);
});

test('objects behind abstract types there are checked for that viewer', async () => {
  const source = 'mutation ($as: String) { login(as: $as) { user { friend { name } } } }';
  const { data, denied } = await run(schema, source, nobody(), { as: 'medium' });
  expect({ data, denied }).toEqual({
    data: { login: { user: { friend: { name: 'Boo' } } } },
    denied: [],
  });
  const refused = await run(schema, source, somebody({ roles: ['medium'] }), { as: 'user' });
  expect(refused.denied).toMatchObject([{ path: 'login.user.friend', code: 'FORBIDDEN' }]);
});

test('the static pass does not look below it: an expired token does not stop a login', async () => {
  const { data } = await run(schema, 'mutation { login { user { email } } }', expired());
  expect(data).toEqual({ login: { user: { email: 'e' } } });
});

test('but what is denied beside it does', async () => {
  login.mockClear();
  const source = 'mutation { login { user { email } } other { email } }';
  expect((await run(schema, source, expired())).data).toEqual({ login: null, other: null });
  expect(login).not.toHaveBeenCalled();
});

test('the field itself is judged for the viewer of the request', async () => {
  const own = guarded(
    `${typeDefs} extend type Mutation { changePassword: Payload @authenticated }`,
    { ...resolvers, Mutation: { ...resolvers.Mutation, changePassword: login } },
    { credentialFields: ['Mutation.changePassword'] },
  );
  login.mockClear();
  expect(
    (await run(own, 'mutation { changePassword { user { id } } }', nobody())).denied,
  ).toHaveLength(1);
  expect(login).not.toHaveBeenCalled();
});

test('a field that has logged nobody in leaves the request its viewer', async () => {
  const source = 'mutation { login(as: "nobody") { user { email } } other { email } }';
  expect((await run(schema, source, nobody())).data).toEqual({
    login: null,
    other: { email: null },
  });
});

test('credential fields that a schema does not have count for nothing', async () => {
  const here = guards({ credentialFields: ['Mutation.signup'] });
  const other = here.guard(
    build('type Query { a: Int @authenticated }', { Query: { a: () => 1 } }),
  );
  expect((await run(other, '{ a }', somebody())).data).toEqual({ a: 1 });
});

test('under reject abstract types are taken as all of their possible types there, too', async () => {
  const strict = guarded(
    `${typeDefs} type Elf implements Being { name: String }`,
    { ...resolvers, User: { ...resolvers.User, friend: () => ({ __typename: 'Elf', name: 'E' }) } },
    { ...options, onUnauthorized: 'reject' },
  );
  const source = 'mutation ($as: String) { login(as: $as) { user { friend { name } } } }';
  expect((await run(strict, source, nobody(), { as: 'user' })).denied).toMatchObject([
    { path: 'login.user.friend', coordinate: 'User.friend' },
  ]);
  const seen = await run(strict, source, nobody(), { as: 'medium' });
  expect(seen.data).toEqual({ login: { user: { friend: { name: 'E' } } } });
});

test('under reject policies over objects are asked there, as nothing was judged before', async () => {
  const own = perObject((items) =>
    items.map(({ object }) => (object as { id: string }).id === '1'),
  );
  const email = jest.fn(({ email }: { email: string }) => email);
  const strict = guarded(
    `type User { id: ID! email: String @policy(policies: [["own"]]) }
    type Payload { user: User session: [User] } type Query { a: Int } type Mutation { login: Payload }`,
    { User: { email }, Mutation: { login } },
    { ...options, onUnauthorized: 'reject', policies: { own } },
  );
  const source = 'mutation { login { user { email } session { email } } }';
  const { data, denied } = await run(strict, source, nobody());
  expect(data).toEqual({ login: { user: { email: 'e' }, session: [{ email: null }] } });
  expect(denied).toMatchObject([{ path: 'login.session.0.email', code: 'FORBIDDEN' }]);
  expect(email).toHaveBeenCalledTimes(1);
});

test('a later operation with the same context and response key is not seen by that viewer', async () => {
  const context = nobody();
  const first = await run(schema, 'mutation { mine: login { user { email } } }', context);
  expect(first.denied).toEqual([]);
  const { data } = await run(schema, 'mutation { mine: other { email } }', context);
  expect(data).toEqual({ mine: { email: null } });
});
