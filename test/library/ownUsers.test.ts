import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema, GraphQLError, type GraphQLObjectType } from 'graphql';
import { createAuth, type AuthOptions, type OwnGrants, type OwnUsers } from '../../src/index.js';
import { testClock } from '../support/clock.js';
import { answerOf } from './apollo.js';
import { bearer, embedded, nobody, run } from './support.js';

interface Member {
  id: string;
  email: string;
  password: string;
  grants: OwnGrants;
  disabledAt: Date | null;
}

const member = (id: string, more: Partial<Member> = {}): Member => ({
  id,
  email: `${id}@example.com`,
  password: 'right',
  grants: { roles: ['writer'], scopes: ['notes:read'] },
  disabledAt: null,
  ...more,
});

/** A table of somebody else's, what was asked of it, and an API on it. */
function ownTable(members: Member[], options: AuthOptions & Partial<OwnUsers<Member>> = {}) {
  const calls: string[] = [];
  const { findByIds, authenticate, grantsOf, ...settings } = options;
  const users: OwnUsers<Member> = {
    findByIds: (ids) => {
      calls.push(`findByIds ${ids.join()}`);
      return findByIds === undefined
        ? ids.map((id) => members.find((one) => one.id === id))
        : findByIds(ids);
    },
    authenticate: async (input, origin) => {
      calls.push(`authenticate ${input.email}`);
      if (authenticate !== undefined) return authenticate(input, origin);
      const found = members.find(({ email }) => email === input.email);
      return found?.password === input.password ? found : null;
    },
    grantsOf: (user) => (grantsOf === undefined ? user.grants : grantsOf(user)),
  };
  const clock = testClock();
  const auth = embedded({ users: users, clock, ...settings });
  const typeDefs = `extend type Query {
    notes: String @requiresScopes(scopes: [["notes:read"]])
    everybody: [User] @authenticated
  }`;
  const resolvers = {
    Query: {
      notes: () => 'notes',
      everybody: (_: unknown, _args: unknown, { loaders }: any) =>
        loaders.userById.loadMany(members.map(({ id }) => id)),
    },
  };
  const schema = auth.guard(
    makeExecutableSchema({
      typeDefs: [auth.typeDefs, typeDefs],
      resolvers: [auth.resolvers, resolvers],
    }),
  );
  const ask = (source: string, token?: string, address = '192.0.2.1') =>
    run(auth, schema, source, token === undefined ? { headers: {}, address } : bearer(token));
  const login = (id: string, password = 'right', address?: string) =>
    ask(
      `mutation { login(input: { email: "${id}@example.com", password: "${password}" }) {
        accessToken refreshToken user { id email roles scopes lastLoginAt sessions { current } } } }`,
      undefined,
      address,
    );
  const tokensOf = async (id: string) => {
    const { data, errors } = await login(id);
    if (errors) throw errors[0] as Error;
    return data.login as { accessToken: string; refreshToken: string };
  };
  const refresh = (token: string) =>
    ask(
      `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken refreshToken user { roles } } }`,
    );
  return { auth, schema, clock, calls, ask, login, tokensOf, refresh };
}

const codeOf = ({ errors }: { errors?: any }) =>
  errors?.[0].extensions.reason ?? errors?.[0].extensions.code ?? errors?.[0].message;

describe('users in a table of your own', () => {
  test('log in with the password there, and hold the grants there', async () => {
    const { login, ask } = ownTable([member('ann')]);
    const { data, errors } = await login('ann');
    expect(errors).toBeUndefined();
    expect(data.login.user).toEqual({
      id: 'ann',
      email: 'ann@example.com',
      roles: ['writer'],
      scopes: ['notes:read'],
      lastLoginAt: '2026-01-01T00:00:00.000Z',
      sessions: [{ current: true }],
    });
    const { accessToken } = data.login;
    const answer = await ask('{ notes me { id roles } session { user { email } } }', accessToken);
    expect(answer).toEqual({
      data: {
        notes: 'notes',
        me: { id: 'ann', roles: ['writer'] },
        session: { user: { email: 'ann@example.com' } },
      },
    });
  });

  test('an unknown account and a wrong password are one answer, and both are counted before the table is asked', async () => {
    const { login, calls } = ownTable([member('ann')]);
    const [wrong, unknown] = [await login('ann', 'wrong'), await login('bob', 'wrong')];
    expect(codeOf(wrong)).toBe('INVALID_CREDENTIALS');
    expect(unknown).toEqual(wrong);
    for (const id of ['ann', 'bob']) {
      for (let tries = 2; tries <= 10; tries++) await login(id, 'wrong');
      calls.length = 0;
      expect(codeOf(await login(id, 'right'))).toBe('RATE_LIMITED');
      expect(calls).toEqual([]);
    }
  });

  test('one whom strangers have locked out still logs in from a network that they know', async () => {
    const { login } = ownTable([member('ann')]);
    await login('ann', 'right', '203.0.113.1');
    for (let tries = 0; tries < 101; tries++) {
      await login('ann', 'wrong', `10.${tries}.0.1`);
    }
    expect(codeOf(await login('ann', 'right', '198.51.100.1'))).toBe('RATE_LIMITED');
    expect((await login('ann', 'right', '203.0.113.1')).errors).toBeUndefined();
  });

  test('a closed account is told so after the right password only', async () => {
    const { login, auth } = ownTable([member('ann', { disabledAt: new Date(1) })]);
    expect(codeOf(await login('ann', 'wrong'))).toBe('INVALID_CREDENTIALS');
    expect(codeOf(await login('ann'))).toBe('ACCOUNT_DISABLED');
    expect(await auth.services.store.liveSessionsByUserIds(['ann'])).toEqual([[]]);
  });

  test('changed grants are in the next pair, and with userChanged the present token is stale at once', async () => {
    const ann = member('ann');
    const { auth, tokensOf, ask, refresh } = ownTable([ann]);
    const { accessToken, refreshToken } = await tokensOf('ann');
    ann.grants = { roles: ['reader'], scopes: [] };
    expect((await ask('{ notes }', accessToken)).data).toEqual({ notes: 'notes' });
    expect(await auth.services.userChanged('ann')).toBe(true);
    expect(codeOf(await ask('{ notes }', accessToken))).toBe('TOKEN_STALE');
    const { data } = await refresh(refreshToken);
    expect(data.refreshToken.user.roles).toEqual(['reader']);
    expect(codeOf(await ask('{ notes }', data.refreshToken.accessToken))).toBe(
      'INSUFFICIENT_SCOPE',
    );
    expect(await auth.services.userChanged('never logged in')).toBe(false);
  });

  test('a change while the grants were being read makes the token stale', async () => {
    let during: (() => Promise<unknown>) | null = null;
    const { auth, tokensOf, ask, refresh } = ownTable([member('ann')], {
      grantsOf: async ({ grants }) => {
        const change = during;
        during = null;
        await change?.();
        return grants;
      },
    });
    const meanwhile = () => auth.services.userChanged('ann');
    const first = await tokensOf('ann');
    during = meanwhile;
    const second = await tokensOf('ann');
    expect(codeOf(await ask('{ notes }', second.accessToken))).toBe('TOKEN_STALE');
    during = meanwhile;
    const third = (await refresh(first.refreshToken)).data.refreshToken;
    expect(codeOf(await ask('{ notes }', third.accessToken))).toBe('TOKEN_STALE');
    const fourth = (await refresh(third.refreshToken)).data.refreshToken;
    expect((await ask('{ notes }', fourth.accessToken)).data).toEqual({ notes: 'notes' });
  });

  test('disabling ends every session for good: at the next refresh, or at once with userChanged', async () => {
    for (const atOnce of [true, false]) {
      const ann = member('ann');
      const { auth, tokensOf, ask, refresh } = ownTable([ann]);
      const [one, other] = [await tokensOf('ann'), await tokensOf('ann')];
      ann.disabledAt = new Date(1);
      if (atOnce) await auth.services.userChanged('ann');
      else expect(codeOf(await refresh(one.refreshToken))).toBe('ACCOUNT_DISABLED');
      expect(codeOf(await ask('{ notes }', other.accessToken))).toBe('USER_DISABLED');
      expect(codeOf(await refresh(other.refreshToken))).toBe('ACCOUNT_DISABLED');
      ann.disabledAt = null;
      expect(codeOf(await refresh(other.refreshToken))).toBe('SESSION_REVOKED');
      const again = await tokensOf('ann');
      expect((await ask('{ notes }', again.accessToken)).data).toEqual({ notes: 'notes' });
    }
  });

  test('one who is gone is nobody: me is null, a refresh is refused, and userChanged closes what is open', async () => {
    const members = [member('ann')];
    const { auth, tokensOf, ask, refresh } = ownTable(members);
    const { accessToken, refreshToken } = await tokensOf('ann');
    const [gone] = members.splice(0);
    expect(await ask('{ me { id } }', accessToken)).toEqual({ data: { me: null } });
    expect(codeOf(await refresh(refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    // Nothing was spent: a replica that was late costs nobody their session.
    members.push(gone as Member);
    expect((await refresh(refreshToken)).errors).toBeUndefined();
    members.length = 0;
    await auth.services.userChanged('ann');
    expect(codeOf(await ask('{ notes }', accessToken))).toBe('USER_DISABLED');
  });

  test('log in twice at once for the first time, under two names', async () => {
    const ann = member('ann');
    const { ask } = ownTable([ann], {
      authenticate: ({ email }) => ({ ...ann, email }),
    });
    const login = (email: string) =>
      ask(`mutation { login(input: { email: "${email}", password: "right" }) { user { id } } }`);
    const both = await Promise.all([login('ann@example.com'), login('ann@example.org')]);
    expect(both).toEqual(Array(2).fill({ data: { login: { user: { id: 'ann' } } } }));
  });

  test('sessions end as everywhere: a spent token that comes back, logout, revokeUserSessions', async () => {
    const boss = member('boss', { grants: { roles: ['writer'], scopes: ['sessions:write'] } });
    const { tokensOf, ask, refresh } = ownTable([member('ann'), boss]);
    const first = await tokensOf('ann');
    const second = (await refresh(first.refreshToken)).data.refreshToken;
    await ask('{ notes }', second.accessToken);
    await refresh(second.refreshToken);
    expect(codeOf(await refresh(first.refreshToken))).toBe('REFRESH_TOKEN_REUSED');
    expect(codeOf(await ask('{ notes }', second.accessToken))).toBe('TOKEN_REVOKED');

    const left = await tokensOf('ann');
    await ask('mutation { logout { revokedSessions } }', left.accessToken);
    expect(codeOf(await ask('{ notes }', left.accessToken))).toBe('TOKEN_REVOKED');

    const ended = await tokensOf('ann');
    const { accessToken } = await tokensOf('boss');
    const { data } = await ask('mutation { revokeUserSessions(userId: "ann") }', accessToken);
    expect(data).toEqual({ revokeUserSessions: 1 });
    expect(codeOf(await ask('{ notes }', ended.accessToken))).toBe('TOKEN_REVOKED');
  });

  test('are found in one call however many, and by no request that does not ask for them', async () => {
    const members = Array.from({ length: 50 }, (_, index) => member(`m${index}`));
    const { tokensOf, ask, calls } = ownTable(members);
    const { accessToken } = await tokensOf('m0');
    calls.length = 0;
    await ask('{ notes }', accessToken);
    expect(calls).toEqual([]);
    const { data } = await ask('{ everybody { id } }', accessToken);
    expect(data.everybody).toHaveLength(50);
    expect(calls).toEqual([`findByIds ${members.map(({ id }) => id).join()}`]);
    calls.length = 0;
    const { errors } = await ask('{ everybody { roles scopes } }', accessToken);
    expect(errors).toBeUndefined();
    expect(calls).toHaveLength(3);
  });

  test.each(['1', 'a b', "x' OR 1=1", 'ünï/😀', '"\\', 'constructor', '__proto__'])(
    'may have the id %j',
    async (id) => {
      const members = [member(id, { email: 'ann@example.com' }), member('a')];
      const { tokensOf, ask, refresh } = ownTable(members);
      const { accessToken, refreshToken } = await tokensOf('ann');
      expect((await ask('{ me { id roles lastLoginAt } }', accessToken)).data).toEqual({
        me: { id, roles: ['writer'], lastLoginAt: '2026-01-01T00:00:00.000Z' },
      });
      expect((await refresh(refreshToken)).errors).toBeUndefined();
      // A second login finds the row of the first.
      expect(
        (await ask('{ sessions { id } }', (await tokensOf('ann')).accessToken)).data.sessions,
      ).toHaveLength(2);
    },
  );

  test('may exchange their email addresses, and log in for the first time twice at once', async () => {
    const [ann, bob] = [member('ann'), member('bob')];
    const { tokensOf, login, ask } = ownTable([ann, bob]);
    await tokensOf('ann');
    [ann.email, bob.email] = [bob.email, ann.email];
    const both = await Promise.all([login('ann'), login('ann')]);
    for (const { data } of both) {
      const { data: answer } = await ask('{ me { id email } }', data.login.accessToken);
      expect(answer.me).toEqual({ id: 'bob', email: 'ann@example.com' });
    }
  });
});

describe('the API on a table of your own', () => {
  test('has no field that would write to the table or list it, and omits more on demand', () => {
    const { auth } = ownTable([], { omit: ['Query.user', 'Query.users'] });
    const { Query, Mutation, User, ...types } = buildSchema(auth.typeDefs).getTypeMap();
    const fieldsOf = (type: unknown) => Object.keys((type as GraphQLObjectType).getFields());
    expect(fieldsOf(Query)).toEqual(['me', 'session', 'sessions', 'verifyToken', 'viewerCan']);
    expect(fieldsOf(Mutation)).toEqual([
      'login',
      'refreshToken',
      'logout',
      'revokeSession',
      'revokeOtherSessions',
      'revokeUserSessions',
      'rotateSigningKey',
    ]);
    expect(fieldsOf(User)).not.toContain('createdAt');
    for (const type of ['UserConnection', 'Role', 'SignupInput']) {
      expect(Object.keys(types)).not.toContain(type);
    }
  });

  test('opens no account of ours, not even for the services', async () => {
    const { auth } = ownTable([member('ann')]);
    await auth.ready;
    const input = { email: 'eve@example.com', password: 'a long sentence is fine' };
    const outcome = await auth.services.signup(input, { address: null, userAgent: null });
    expect(outcome).toMatchObject({ ok: false, code: 'FORBIDDEN' });
  });
});

describe('what the functions answer', () => {
  const message = async (answer: Promise<{ errors?: any }>) => {
    const { errors, data } = (await answer) as any;
    expect(Object.values(data ?? {})).not.toContainEqual(expect.anything());
    return errors[0].message as string;
  };

  test.each<[string, Partial<OwnUsers<any>>, RegExp]>([
    [
      'too few',
      { findByIds: () => [] },
      /findByIds expects one answer for each of the 1 ids.*got 0/,
    ],
    ['no list', { findByIds: () => ({}) as never }, /findByIds expects one answer.*got object/],
    ['another user', { findByIds: () => [member('bob')] }, /order of the ids; "ann".*"bob"/],
    [
      'true for a user',
      { authenticate: () => true as never },
      /expects the user, or null.*boolean/,
    ],
    ['a number as id', { authenticate: () => ({ id: 7 }) }, /Write { id: String\(row.id\) }/],
    ['an empty id', { authenticate: () => ({ id: '' }) }, /1 to 255 characters/],
    ['a NUL character', { authenticate: () => ({ id: 'a\0' }) }, /none of them NUL/],
    ['half a character', { authenticate: () => ({ id: '\ud800' }) }, /1 to 255 characters/],
    ['a date as text', { authenticate: () => ({ id: 'ann', disabledAt: 'x' }) }, /disabledAt/],
    ['no date', { authenticate: () => ({ id: 'a', disabledAt: new Date(NaN) }) }, /disabledAt/],
    ['no grants', { grantsOf: () => undefined as never }, /grantsOf expects lists/],
    ['a blank', { grantsOf: () => ({ roles: [], scopes: ['a b'] }) }, /without blanks/],
    ['a text', { grantsOf: () => ({ roles: 'admin', scopes: [] }) as never }, /grantsOf expects/],
    ['much', { grantsOf: () => ({ roles: [], scopes: ['x'.repeat(4001)] }) }, /at most 4000/],
  ])('lets nobody in and says what was expected: %s', async (_, wrong, expected) => {
    const { login, auth } = ownTable([member('ann')], wrong as Partial<OwnUsers<Member>>);
    expect(await message(login('ann'))).toMatch(expected);
    expect(await auth.services.store.liveSessionsByUserIds(['ann', 'bob'])).toEqual([[], []]);
  });

  test.each(['findByIds', 'authenticate', 'grantsOf'] as const)(
    'an error of %s is masked and logged, and lets nobody in',
    async (name) => {
      const logged: unknown[] = [];
      const log = {
        debug() {},
        info() {},
        warn() {},
        error: (details: object) => void logged.push(details),
      };
      const fail = () => {
        throw new Error('password of the database: hunter2');
      };
      const { auth, schema } = ownTable([member('ann')], { [name]: fail, log });
      const { plugin, formatError } = auth;
      const source =
        'mutation { login(input: { email: "ann@example.com", password: "right" }) { accessToken } }';
      const context = await auth.context(nobody);
      const answer = await answerOf({ plugin, schema, source, context, formatError });
      expect(answer.data).toEqual({ login: null });
      expect(answer.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
      expect(JSON.stringify(answer)).not.toContain('hunter2');
      expect(JSON.stringify(logged)).toContain('hunter2');
      expect(JSON.stringify(logged)).toContain(`users.${name} failed.`);
    },
  );

  test('a refresh that the table could not answer spends nothing', async () => {
    let isDown = false;
    const { tokensOf, refresh } = ownTable([member('ann')], {
      grantsOf: ({ grants }) => {
        if (isDown) throw new Error('down');
        return grants;
      },
    });
    const { refreshToken } = await tokensOf('ann');
    isDown = true;
    expect(codeOf(await refresh(refreshToken))).toBe('users.grantsOf failed.');
    isDown = false;
    expect((await refresh(refreshToken)).errors).toBeUndefined();
  });

  test('an outage of theirs uses up nobody’s attempts', async () => {
    let isDown = true;
    const { login } = ownTable([member('ann')], {
      authenticate: () => {
        if (isDown) throw new Error('down');
        return member('ann');
      },
    });
    for (let n = 0; n < 12; n++)
      expect(codeOf(await login('ann'))).toBe('users.authenticate failed.');
    isDown = false;
    expect((await login('ann')).errors).toBeUndefined();
  });

  test('a GraphQLError is said on purpose, and leaves as it is', async () => {
    const { login } = ownTable([member('ann')], {
      authenticate: () => {
        throw new GraphQLError('Confirm your address first.', { extensions: { code: 'MINE' } });
      },
    });
    expect(codeOf(await login('ann'))).toBe('MINE');
  });

  test('a GraphQLError may say that a password is wrong, so that it counts as an attempt', async () => {
    const { login } = ownTable([member('ann')], {
      authenticate: () => {
        throw new GraphQLError('Wrong.', { extensions: { code: 'MINE' } });
      },
    });
    for (let n = 0; n < 10; n++) expect(codeOf(await login('ann'))).toBe('MINE');
    expect(codeOf(await login('ann'))).toBe('RATE_LIMITED');
  });

  test('a role called admin holds every scope', async () => {
    const admin = member('ann', { grants: { roles: ['admin'], scopes: [] } });
    const { login, ask } = ownTable([admin]);
    const { data } = await login('ann');
    expect(data.login.user.scopes).toEqual(expect.arrayContaining(['notes:read', 'users:read']));
    expect((await ask('{ notes }', data.login.accessToken)).data).toEqual({ notes: 'notes' });
  });

  test('are typed by what findByIds answers, and may answer at once', async () => {
    const rows = [{ id: 'ann', staff: true, disabledAt: null }];
    const auth = createAuth({
      database: ':memory:',
      users: {
        findByIds: (ids) => ids.map((id) => rows.find((row) => row.id === id)),
        authenticate: ({ password }) => (password === 'right' ? rows[0] : null),
        grantsOf: ({ staff }) => ({ roles: staff ? ['staff'] : [], scopes: [] }),
      },
    });
    await auth.ready;
    const origin = { address: null, userAgent: null };
    const outcome = await auth.services.login({ email: 'ann', password: 'right' }, origin);
    expect(outcome).toMatchObject({ ok: true, value: { user: { email: null, own: rows[0] } } });
    await auth.close();
  });

  test('an object that lacks a function stops the start', () => {
    const users = { findById: () => [], authenticate: () => null, grantsOf: () => null };
    expect(() => createAuth({ database: ':memory:', users: users as never })).toThrow(
      'users must be an object with the functions findByIds(ids), authenticate({ email, password }) and grantsOf(user).',
    );
  });
});

test('userChanged makes the tokens of our own users stale, too', async () => {
  const auth = embedded();
  const { typeDefs, resolvers } = auth;
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  const { signup } = await import('./support.js');
  const token = await signup(auth, schema);
  const { data } = await run(auth, schema, '{ me { id } }', bearer(token));
  expect(await auth.services.userChanged(data.me.id)).toBe(true);
  expect(codeOf(await run(auth, schema, '{ me { id } }', bearer(token)))).toBe('TOKEN_STALE');
});
