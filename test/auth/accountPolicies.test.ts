import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { withAccountPolicies } from '../../src/auth/accountPolicies.js';
import { perObject } from '../../src/directives/policies.js';
import { testAuth, type TestAuth } from '../support/auth.js';

/** Ways to somebody else's account that this API does not have itself. */
const ways = `extend type Query { account(id: ID!): User @authenticated everybody: [User!] @public }`;

async function town() {
  const here = await testAuth();
  const people = {
    ann: await here.person('ann@example.com'),
    bob: await here.person('bob@example.com'),
    root: await here.person('root@example.com', ['admin']),
  };
  return { ...here, ...people, ask: asking(here) };
}

function asking({ auth }: TestAuth) {
  const schema = auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, ways],
      resolvers: [
        auth.resolvers,
        {
          Query: {
            account: (_: unknown, { id }: { id: string }, context: any) =>
              context.loaders.userById.load(id),
            everybody: async () => {
              const listed = await auth.services.listUsers({ first: 10 });
              return listed.ok ? listed.value.page.users : null;
            },
          },
        },
      ],
    }),
  );
  return async (source: string, token?: string) => {
    const origin = { address: '192.0.2.1', userAgent: null };
    const authorization = token === undefined ? [] : [`Bearer ${token}`];
    const contextValue = await auth.context({ authorization, origin });
    const { data, errors = [] } = await graphql({ schema, source, contextValue });
    const denied = errors.map(({ path, extensions }) => [
      path?.join('.'),
      extensions['coordinate'],
    ]);
    return { data: JSON.parse(JSON.stringify(data)), denied };
  };
}

describe("somebody else's account", () => {
  test('is closed on every way to it: neither email nor sessions', async () => {
    const { ann, bob, ask } = await town();
    const source = `{ account(id: "${bob.user.id}") { id email sessions { id } } }`;
    expect(await ask(source, ann.accessToken)).toEqual({
      data: { account: { id: bob.user.id, email: null, sessions: null } },
      denied: [
        ['account.email', 'User.email'],
        ['account.sessions', 'User.sessions'],
      ],
    });
    expect((await ask('{ everybody { email } }')).denied).toHaveLength(3);
  });

  test('is open to who may read users', async () => {
    const { bob, root, ask } = await town();
    const source = `{ account(id: "${bob.user.id}") { email sessions { id } } }`;
    expect(await ask(source, root.accessToken)).toEqual({
      data: { account: { email: 'bob@example.com', sessions: [{ id: bob.session.id }] } },
      denied: [],
    });
  });
});

test('my own account is open to me, in a list of all, too', async () => {
  const { ann, ask } = await town();
  const own = { email: 'ann@example.com', sessions: [{ id: ann.session.id }] };
  expect(await ask('{ me { email sessions { id } } }', ann.accessToken)).toEqual({
    data: { me: own },
    denied: [],
  });
  const { data, denied } = await ask('{ everybody { email } }', ann.accessToken);
  expect(
    data.everybody.map(({ email }: { email: string | null }) => email).filter(Boolean),
  ).toEqual(['ann@example.com']);
  expect(denied).toHaveLength(2);
});

test('the policies of this API cannot be replaced by accident', () => {
  expect(() => withAccountPolicies({ ownsAccount: perObject(() => []) })).toThrow(
    new TypeError(
      'createGuards: the policy "ownsAccount" is one of this API\'s own. Give yours another name.',
    ),
  );
  expect(Object.keys(withAccountPolicies({ mine: () => true })).sort()).toEqual([
    'mine',
    'ownsAccount',
    'readsAccounts',
  ]);
});
