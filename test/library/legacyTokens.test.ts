import { expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import jsonwebtoken from 'jsonwebtoken';
import type { AuthOptions, Log } from '../../src/index.js';
import { silentLog } from '../../src/log.js';
import { openStore } from '../../src/store/open.js';
import { systemClock } from '../../src/time.js';
import { testClock } from '../support/clock.js';
import { embedded, run } from './support.js';

const SECRET = 'the SECRET_KEY of Django, of fifty characters .....';

/** An embedder whose users are in a table of their own, with tokens of the Django system that it replaces. */
function ownTable(options: AuthOptions = {}) {
  const clock = testClock();
  const ann = { id: '7', email: 'ann@example.com', disabledAt: null as Date | null };
  const auth = embedded({
    clock,
    legacyTokens: { kind: 'drf-jwt', until: '2027-01-01', key: SECRET },
    users: {
      findByIds: (ids) => ids.map((id) => (id === ann.id ? ann : null)),
      authenticate: () => null,
      grantsOf: () => ({ roles: ['writer'], scopes: ['notes:read'] }),
    },
    ...options,
  });
  const { typeDefs, resolvers } = auth;
  const schema = auth.guard(makeExecutableSchema({ typeDefs, resolvers }));
  const now = () => clock.now() / 1000;
  const token = (payload: object = {}) =>
    jsonwebtoken.sign({ user_id: 7, iat: now() - 60, exp: now() + 200, ...payload }, SECRET);
  const ask = (source: string, old = token()) =>
    run(auth, schema, source, { headers: { authorization: `JWT ${old}` }, address: '192.0.2.1' });
  return { auth, ann, clock, token, ask };
}

test('users in a table of your own come with its grants, and are refused when it says so', async () => {
  const { ask, ann, token } = ownTable();
  expect((await ask('{ me { id email roles scopes } }')).data).toEqual({
    me: { id: '7', email: 'ann@example.com', roles: ['writer'], scopes: ['notes:read'] },
  });
  const reasonOf = async (old?: string) =>
    (await ask('{ me { id } }', old)).errors?.[0]?.extensions['reason'];
  expect(await reasonOf(token({ user_id: 8 }))).toBe('TOKEN_INVALID');
  ann.disabledAt = new Date();
  expect(await reasonOf()).toBe('USER_DISABLED');
});

test('a username of an import leads to the user of your table, and to nobody who is not in it', async () => {
  const store = await openStore(':memory:', { clock: systemClock, log: silentLog });
  const { ask, ann, token } = ownTable({
    store,
    legacyTokens: { kind: 'graphql-jwt', until: '2027-01-01', key: SECRET },
  });
  for (const [id, username] of [
    ['7', 'ann'],
    ['8', 'bob'],
  ] as const) {
    await store.createUser(
      {
        id,
        username,
        email: `${username}@example.com`,
        passwordHash: null,
        createdAt: 0,
        roles: [],
      },
      { event: 'user_created', actorId: null },
    );
  }
  const asked = async (name: object) => {
    const { data, errors } = await ask('{ me { id } }', token({ user_id: undefined, ...name }));
    return errors?.[0]?.extensions['reason'] ?? (data as { me: { id: string } }).me.id;
  };
  expect(await asked({ username: 'ann' })).toBe('7');
  expect(await asked({ username: 'bob' })).toBe('TOKEN_INVALID');
  // The address of a row of ours, which may be what somebody typed at a login.
  expect(await asked({ email: 'ann@example.com' })).toBe('TOKEN_INVALID');
  ann.disabledAt = new Date();
  expect(await asked({ username: 'ann' })).toBe('USER_DISABLED');
  await store.close();
});

test('what such a user takes back stays taken back, though they have never logged in here', async () => {
  const { ask, clock, token } = ownTable();
  const old = token();
  const logout = 'mutation { logout(input: { allSessions: true }) { revokedSessions } }';
  expect((await ask(logout, old)).data).toEqual({ logout: { revokedSessions: 0 } });
  expect((await ask('{ me { id } }', old)).errors?.[0]?.extensions['reason']).toBe('TOKEN_REVOKED');
  clock.advance(100);
  expect((await ask('{ me { id } }', token())).data).toEqual({ me: { id: '7' } });
});

test('a date that has passed is told at the start, which goes on', async () => {
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (_, message) => void warned.push(message) };
  const legacyTokens = { kind: 'drf-jwt', until: '2025-01-01', key: SECRET } as const;
  const { auth, ask } = ownTable({ log, legacyTokens });
  await auth.ready;
  expect(warned).toEqual([expect.stringContaining('legacyTokens.until has passed')]);
  expect((await ask('{ me { id } }')).errors?.[0]?.extensions['reason']).toBe('TOKEN_INVALID');
});
