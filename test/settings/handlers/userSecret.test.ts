import { describe, expect, test } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import { createAuth, type GetUserSecretKey, type HandlerUser } from '../../../src/index.js';
import { deriveRefreshSecret } from '../../../src/tokens/keys.js';
import { codeOf, testAuth, type TestAuth } from '../../support/auth.js';
import { forged, headerOf, heardLog, LOGIN, masked, REFRESH } from '../support.js';

const SECRET = 'a secret of the ring, which is long enough for HS512: sixty-four bytes';

/** A table of secrets, as a program keeps them beside its users. */
function secrets() {
  const table = new Map<string, string | Uint8Array>();
  let asked = 0;
  const getUserSecretKey: GetUserSecretKey = ({ id }) => {
    asked += 1;
    if (!table.has(id)) table.set(id, randomBytes(8));
    return table.get(id) as string;
  };
  return { table, getUserSecretKey, asked: () => asked };
}

const session = async (it: TestAuth, token: string) =>
  codeOf(await it.run('{ session { id } }', { token }));
const refresh = (it: TestAuth, token: string) => it.run(REFRESH, { variables: { token } });

const hasSigned = (key: Uint8Array, token: string, hash = 'sha256') => {
  const [text, signature] = [token.slice(0, token.lastIndexOf('.')), token.split('.')[2]];
  return createHmac(hash, key).update(text).digest('base64url') === signature;
};

describe('jwt.getUserSecretKey', () => {
  test('mixes the secret of the user into the key of both tokens, whose kid stays that of the ring', async () => {
    const { table, getUserSecretKey } = secrets();
    const plain = await testAuth({ jwt: { secretKey: SECRET } });
    const it = await testAuth({ jwt: { secretKey: SECRET, getUserSecretKey } });
    const { accessToken, refreshToken, user } = await it.signup();
    const own = (secret: Uint8Array | string) =>
      createHmac('sha256', secret)
        .update(table.get(user.id) as Uint8Array)
        .digest();
    expect(hasSigned(own(SECRET), accessToken)).toBe(true);
    expect(hasSigned(own(deriveRefreshSecret(Buffer.from(SECRET))), refreshToken)).toBe(true);
    const others = await plain.signup();
    expect(headerOf(accessToken)).toEqual(headerOf(others.accessToken));
    expect(headerOf(refreshToken)).toEqual(headerOf(others.refreshToken));
  });

  test('makes a key as long as the hash of the algorithm', async () => {
    const { table, getUserSecretKey } = secrets();
    const it = await testAuth({
      jwt: { secretKey: SECRET, algorithm: 'HS512', getUserSecretKey },
    });
    const { accessToken, user } = await it.signup();
    const key = createHmac('sha512', SECRET)
      .update(table.get(user.id) as Uint8Array)
      .digest();
    expect(key).toHaveLength(64);
    expect(hasSigned(key, accessToken, 'sha512')).toBe(true);
  });

  test.each(['at once', 'with a promise'])(
    'that answers %s: another secret logs that user out, a token that was seen before too, and nobody else',
    async (how) => {
      const { table, getUserSecretKey } = secrets();
      const later: GetUserSecretKey = async (user) => getUserSecretKey(user);
      const it = await testAuth({
        jwt: { getUserSecretKey: how === 'at once' ? getUserSecretKey : later },
      });
      const [ann, bob] = [await it.signup(), await it.person('bob@example.com')];
      for (let time = 0; time < 3; time++) expect(await session(it, ann.accessToken)).toBe('');
      const { data } = await refresh(it, ann.refreshToken);
      expect(await session(it, data.refreshToken.accessToken)).toBe('');

      table.set(ann.user.id, 'another');
      for (const token of [ann.accessToken, data.refreshToken.accessToken]) {
        expect(await session(it, token)).toBe('UNAUTHENTICATED TOKEN_INVALID');
      }
      for (const token of [ann.refreshToken, data.refreshToken.refreshToken]) {
        expect(codeOf(await refresh(it, token))).toBe('INVALID_REFRESH_TOKEN');
      }
      expect(await session(it, bob.accessToken)).toBe('');
      const login = await it.run(LOGIN);
      expect(await session(it, login.data.login.accessToken)).toBe('');
    },
  );

  test('that is slow lets no token of a removed key be remembered, which was under way when it was removed', async () => {
    let hold: Promise<void> | null = null;
    let arrived = (): void => undefined;
    const it = await testAuth({
      jwt: {
        getUserSecretKey: async () => {
          arrived();
          await hold;
          return 'own';
        },
      },
    });
    const { accessToken } = await it.signup();
    let release = (): void => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    const underWay = session(it, accessToken);
    await asked;
    await it.auth.services.keys.rotate({ viewer: null }, { purpose: 'access', atOnce: true });
    // Another request empties the cache meanwhile.
    await session(it, accessToken);
    hold = null;
    release();
    await underWay;
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });

  test('another secret at any moment of a refresh leaves the old token without a pair that is good', async () => {
    const table = new Map<string, string>();
    let [asked, changesAt] = [0, Infinity];
    const it = await testAuth({
      jwt: {
        getUserSecretKey: async ({ id }) => {
          const secret = table.get(id) ?? 'first';
          asked += 1;
          // Just before or just after it is read, as it happens.
          if (asked === Math.floor(changesAt)) table.set(id, `another at ${changesAt}`);
          return asked === changesAt ? (table.get(id) as string) : secret;
        },
      },
    });
    await it.signup();
    for (const at of [1, 1.5, 2, 2.5, 3, 3.5, 4]) {
      const login = (await it.run(LOGIN)).data.login;
      [asked, changesAt] = [0, at];
      const { data } = await refresh(it, login.refreshToken);
      changesAt = Infinity;
      const pair = data.refreshToken;
      expect([at, pair && (await session(it, pair.accessToken))]).toEqual([
        at,
        pair && 'UNAUTHENTICATED TOKEN_INVALID',
      ]);
      if (pair) expect(codeOf(await refresh(it, pair.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    }
  });

  test('a secret of the ring that is rotated logs nobody out', async () => {
    const { getUserSecretKey } = secrets();
    const it = await testAuth({ jwt: { getUserSecretKey } });
    const { accessToken, refreshToken } = await it.signup();
    expect(await session(it, accessToken)).toBe('');
    for (const purpose of ['access', 'refresh'] as const) {
      const rotated = await it.auth.services.keys.rotate(
        { viewer: null },
        { purpose, atOnce: false },
      );
      expect(rotated.ok).toBe(true);
    }
    it.clock.advance(3);
    expect(await session(it, accessToken)).toBe('');
    const { data } = await refresh(it, refreshToken);
    expect(headerOf(data.refreshToken.accessToken).kid).not.toBe(headerOf(accessToken).kid);
    expect(await session(it, data.refreshToken.accessToken)).toBe('');
  });

  test('a secret that is put back makes the tokens good again: the session was not ended', async () => {
    const { table, getUserSecretKey } = secrets();
    const it = await testAuth({ jwt: { getUserSecretKey } });
    const { accessToken, user } = await it.signup();
    const first = table.get(user.id) as Uint8Array;
    expect(await session(it, accessToken)).toBe('');
    table.set(user.id, 'another');
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    table.set(user.id, first);
    expect(await session(it, accessToken)).toBe('');
  });

  test('a user who no longer exists is a plain refusal', async () => {
    const { getUserSecretKey } = secrets();
    const members = [{ id: 'ann', email: 'ann@example.com', password: 'right' }];
    const auth = createAuth({
      database: ':memory:',
      jwt: { getUserSecretKey },
      users: {
        findByIds: (ids) => ids.map((id) => members.find((one) => one.id === id) ?? null),
        authenticate: ({ email }) => members.find((one) => one.email === email) ?? null,
        grantsOf: () => ({ roles: [], scopes: [] }),
      },
    });
    await auth.ready;
    const origin = { address: null, userAgent: null };
    const login = await auth.services.login({ email: 'ann@example.com', password: 'x' }, origin);
    if (!login.ok) throw new Error(login.code);
    const { accessToken, refreshToken } = login.value.tokens;
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await auth.context({ headers, address: '::1' })).viewer?.id).toBe('ann');
    members.pop();
    expect((await auth.context({ headers, address: '::1' })).credential).toEqual({
      kind: 'rejected',
      reason: 'TOKEN_INVALID',
    });
    expect(await auth.services.refresh(refreshToken as string, origin)).toMatchObject({
      ok: false,
      code: 'INVALID_REFRESH_TOKEN',
    });
    expect(await auth.services.introspect(refreshToken as string)).toMatchObject({
      reason: 'TOKEN_INVALID',
    });
    await auth.close();
  });

  test('is given the row of a table of your own, and no hash of a table of ours', async () => {
    const given: HandlerUser[] = [];
    const row = { id: 'ann', email: 'ann@example.com', secret: 'of ann' };
    const auth = createAuth({
      database: ':memory:',
      jwt: {
        getUserSecretKey: (user) => {
          given.push(user);
          return (user.own as typeof row).secret;
        },
      },
      users: {
        findByIds: (ids) => ids.map(() => row),
        authenticate: () => row,
        grantsOf: () => ({ roles: [], scopes: [] }),
      },
    });
    await auth.ready;
    const origin = { address: null, userAgent: null };
    await auth.services.login({ email: 'ann@example.com', password: 'x' }, origin);
    expect(given.length).toBeGreaterThan(0);
    expect(given.every((user) => user.own === row && !('passwordHash' in user))).toBe(true);
    await auth.close();
  });

  test('whoever writes another user into a token gets a wrong signature, and asks for no secret in vain', async () => {
    const { getUserSecretKey, asked } = secrets();
    const it = await testAuth({ jwt: { getUserSecretKey } });
    const [ann, bob] = [await it.signup(), await it.person('bob@example.com', ['admin'])];
    const wrong = [
      forged(ann.accessToken, { sub: bob.user.id }),
      forged(ann.accessToken, { sub: bob.user.id, sid: bob.session.id }),
      forged(ann.accessToken, { sub: 'nobody' }),
      forged(ann.accessToken, { sub: '' }),
      forged(ann.accessToken, { sub: { toString: 'x' } }),
      forged(ann.accessToken, { sub: "' OR 1=1 --" }),
    ];
    for (const token of wrong) {
      expect(await session(it, token)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    }
    const before = asked();
    const [, payload, signature] = ann.accessToken.split('.');
    const header = (change: object) =>
      Buffer.from(JSON.stringify({ ...headerOf(ann.accessToken), ...change })).toString(
        'base64url',
      );
    for (const change of [{ typ: 'JWT' }, { kid: 'unknown' }, { alg: 'HS512' }, { alg: 'none' }]) {
      expect(await session(it, `${header(change)}.${payload}.${signature}`)).toMatch(/INVALID/);
    }
    expect(await session(it, ann.refreshToken)).toMatch(/INVALID/);
    expect(asked()).toBe(before);
  });

  test('a token from before it was set is refused, and so is one from under it when it is unset', async () => {
    const { getUserSecretKey } = secrets();
    const plain = await testAuth({ jwt: { secretKey: SECRET } });
    const { accessToken, refreshToken } = await plain.signup();
    const it = await testAuth({ jwt: { secretKey: SECRET, getUserSecretKey } }, { before: plain });
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(codeOf(await refresh(it, refreshToken))).toBe('INVALID_REFRESH_TOKEN');
    const login = (await it.run(LOGIN)).data.login;
    expect(await session(it, login.accessToken)).toBe('');
    expect(await session(plain, login.accessToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('works with a ring of several keys: the kid picks the one, the user’s secret the rest', async () => {
    const { getUserSecretKey } = secrets();
    const first = await testAuth({ jwt: { secretKey: [SECRET], getUserSecretKey } });
    const { accessToken, refreshToken } = await first.signup();
    const secretKey = [SECRET.toUpperCase(), SECRET];
    const second = await testAuth({ jwt: { secretKey, getUserSecretKey } }, { before: first });
    expect(await session(second, accessToken)).toBe('');
    const { data } = await refresh(second, refreshToken);
    expect(headerOf(data.refreshToken.accessToken).kid).not.toBe(headerOf(accessToken).kid);
    expect(await session(second, data.refreshToken.accessToken)).toBe('');
    const only = { secretKey: [SECRET.toUpperCase()], getUserSecretKey };
    const third = await testAuth({ jwt: only }, { before: first });
    expect(await session(third, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });

  test('a repeated answer is the same refresh token byte for byte', async () => {
    const { getUserSecretKey } = secrets();
    const it = await testAuth({ jwt: { getUserSecretKey } });
    const { refreshToken } = await it.signup();
    const [one, two] = await Promise.all([refresh(it, refreshToken), refresh(it, refreshToken)]);
    expect(two.data.refreshToken.refreshToken).toBe(one.data.refreshToken.refreshToken);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'undefined',
      undefined,
      /must answer the user's secret, .* it answered undefined\. Give every user/,
    ],
    ['null', null, /it answered null\./],
    ['an empty text', '', /it answered an empty text\./],
    ['no bytes', new Uint8Array(), /it answered no bytes\./],
    ['a number', 7, /it answered a value of the type number\./],
    ['an error', Promise.reject(new Error('kaput')), /^jwt\.getUserSecretKey threw\.$/],
  ])('that answers %s is refused, and no session stays open', async (_, answer, sentence) => {
    Promise.resolve(answer).catch(() => undefined);
    const [log, before] = [heardLog(), await testAuth()];
    const { user, session: first } = await before.signup();
    const it = await testAuth(
      { jwt: { getUserSecretKey: () => answer as string } },
      { before, log },
    );
    const { code, said } = masked(it, log, await it.run(LOGIN));
    expect(code).toBe('INTERNAL_SERVER_ERROR');
    expect(said).toMatch(sentence);
    const [live] = await it.store.liveSessionsByUserIds([user.id]);
    expect(live?.map(({ id }) => id)).toEqual([first.id]);
  });
});
