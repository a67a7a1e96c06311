import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth, type TestAuth } from '../support/auth.js';

const LOGOUT = `mutation($input: LogoutInput) { logout(input: $input) { revokedSessions } }`;

const loginAgain = async (it: TestAuth) =>
  (
    await it.run(
      `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { accessToken refreshToken session { id } } }`,
    )
  ).data.login;

const refresh = async (it: TestAuth, token: string) =>
  (
    await it.run(
      `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken refreshToken } }`,
    )
  ).data.refreshToken;

const isLive = async (it: TestAuth, token: string) =>
  (await it.run('{ session { id } }', { token })).errors === undefined;

describe('logout', () => {
  const logout = async (it: TestAuth, input: object | null, token: string | null = null) => {
    const { data, errors } = await it.run(LOGOUT, { token, variables: { input } });
    expect(errors).toBeUndefined();
    return data.logout.revokedSessions;
  };

  test('the access token is refused on the very next request', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    expect(await logout(it, null, ann.accessToken)).toBe(1);
    expect(codeOf(await it.run('{ session { id } }', { token: ann.accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
    expect(await logout(it, null, ann.accessToken)).toBe(0);
  });

  test('an expired token still ends its own session', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    it.clock.advance(600);
    expect(await logout(it, null, ann.accessToken)).toBe(1);
  });

  test('a spent refresh token still ends its own session', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    await it.auth.services.refresh(ann.refreshToken, { address: null, userAgent: null });
    expect(await logout(it, { refreshToken: ann.refreshToken })).toBe(1);
  });

  test('the token of the input beats the header', async () => {
    const it = await testAuth();
    const [ann, other] = [await it.signup(), await loginAgain(it)];
    expect(await logout(it, { refreshToken: other.refreshToken }, ann.accessToken)).toBe(1);
    expect(await isLive(it, ann.accessToken)).toBe(true);
    expect(await isLive(it, other.accessToken)).toBe(false);
  });

  test('allSessions ends them all, and asks for a token that is still good', async () => {
    const it = await testAuth();
    const [ann, other] = [await it.signup(), await loginAgain(it)];
    it.clock.advance(600);
    expect(await logout(it, { allSessions: true }, ann.accessToken)).toBe(0);
    expect(await logout(it, { allSessions: true, refreshToken: other.refreshToken })).toBe(2);
  });

  test.each([
    ['while its answer may be in the air', 0],
    ['when its answer was lost long ago', 600],
  ])('allSessions is good with a token that a refresh has spent, %s', async (_, seconds) => {
    const it = await testAuth();
    const ann = await it.signup();
    await loginAgain(it);
    await refresh(it, ann.refreshToken);
    it.clock.advance(seconds);
    expect(await logout(it, { allSessions: true, refreshToken: ann.refreshToken })).toBe(2);
  });

  test('allSessions is not good with a spent token of which the next pair is in use, nor where reuse is strict', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const next = await refresh(it, ann.refreshToken);
    expect(await isLive(it, next.accessToken)).toBe(true);
    // That it was used is written with the next commit.
    await loginAgain(it);
    expect(await logout(it, { allSessions: true, refreshToken: ann.refreshToken })).toBe(0);
    const strict = await testAuth({ refreshReuseInterval: 0 });
    const bob = await strict.signup();
    await refresh(strict, bob.refreshToken);
    expect(await logout(strict, { allSessions: true, refreshToken: bob.refreshToken })).toBe(0);
  });

  test.each<[string, object | null, string | null, number, boolean[]]>([
    ['an access token in the input', { refreshToken: 'ann.access' }, 'ann.access', 0, [true, true]],
    ['no token in the input', { refreshToken: null }, 'ann.access', 1, [false, true]],
    ['a refresh token in the header', null, 'ann.refresh', 0, [true, true]],
    ['nonsense in the input', { refreshToken: 'x.y.z' }, 'ann.access', 0, [true, true]],
    ['nonsense in the header', { refreshToken: 'ann.refresh' }, 'x y z', 1, [false, true]],
    ['somebody else’s token', { refreshToken: 'bob.refresh' }, 'ann.access', 1, [true, false]],
    [
      'all sessions of somebody else’s token',
      { refreshToken: 'bob.refresh', allSessions: true },
      'ann.access',
      1,
      [true, false],
    ],
    ['all sessions of nobody', { allSessions: true }, null, 0, [true, true]],
  ])('%s', async (_, input, header, ended, live) => {
    const it = await testAuth();
    const [ann, bob] = [await it.signup(), await it.person('bob@example.com')];
    const tokens: Record<string, string> = {
      'ann.access': ann.accessToken,
      'ann.refresh': ann.refreshToken,
      'bob.refresh': bob.refreshToken,
    };
    const filled = JSON.parse(JSON.stringify(input), (key, value) =>
      key === 'refreshToken' ? (tokens[value] ?? value) : value,
    );
    expect(await logout(it, filled, header && (tokens[header] ?? header))).toBe(ended);
    expect([await isLive(it, ann.accessToken), await isLive(it, bob.accessToken)]).toEqual(live);
  });

  test('all sessions, asked for with a dead token, ends none', async () => {
    const it = await testAuth();
    const [ann, other] = [await it.signup(), await loginAgain(it)];
    await logout(it, null, ann.accessToken);
    for (const token of [ann.accessToken, ann.refreshToken]) {
      expect(await logout(it, { refreshToken: token, allSessions: true }, token)).toBe(0);
    }
    expect(await isLive(it, other.accessToken)).toBe(true);
  });

  test.each(['nonsense', 'a.b.c', ''])('%p ends nothing and is no error', async (refreshToken) => {
    const it = await testAuth();
    const ann = await it.signup();
    expect(await logout(it, { refreshToken })).toBe(0);
    expect(await logout(it, null)).toBe(0);
    expect(await isLive(it, ann.accessToken)).toBe(true);
  });
});

describe('my sessions', () => {
  test('are listed newest first, and the present one is marked', async () => {
    const it = await testAuth();
    const first = await it.signup();
    it.clock.advance(10);
    const second = await loginAgain(it);
    const { data } = await it.run(
      '{ sessions { id current ipAddress userAgent } session { id } }',
      {
        token: second.accessToken,
      },
    );
    const device = { ipAddress: '192.0.2.1', userAgent: 'test' };
    expect(data.sessions).toEqual([
      { id: second.session.id, current: true, ...device },
      { id: first.session.id, current: false, ...device },
    ]);
    expect(data.session.id).toBe(second.session.id);
  });

  test('revokeSession ends one of mine; somebody else’s and an unknown one are the same NOT_FOUND', async () => {
    const it = await testAuth();
    const [ann, other] = [await it.signup(), await loginAgain(it)];
    const bob = await it.person('bob@example.com');
    const revoke = (id: string) =>
      it.run('mutation($id: ID!) { revokeSession(id: $id) { id revokedAt } }', {
        token: ann.accessToken,
        variables: { id },
      });
    const [foreign, unknown] = [await revoke(bob.session.id), await revoke('unknown')];
    expect(codeOf(foreign)).toBe('NOT_FOUND');
    expect(JSON.stringify(foreign)).toBe(JSON.stringify(unknown));
    expect(await isLive(it, bob.accessToken)).toBe(true);
    const { data } = await revoke(other.session.id);
    expect(data.revokeSession.revokedAt).toBe(new Date(it.clock.now()).toISOString());
    expect(await isLive(it, other.accessToken)).toBe(false);
  });

  test('revokeOtherSessions ends all but the present one', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const [second, third] = [await loginAgain(it), await loginAgain(it)];
    const { data } = await it.run('mutation { revokeOtherSessions }', {
      token: second.accessToken,
    });
    expect(data.revokeOtherSessions).toBe(2);
    expect(await isLive(it, second.accessToken)).toBe(true);
    expect(await isLive(it, ann.accessToken)).toBe(false);
    expect(await isLive(it, third.accessToken)).toBe(false);
  });
});

describe('verifyToken', () => {
  const status = async (it: TestAuth, token: string) =>
    (
      await it.run(
        'query($token: String!) { verifyToken(token: $token) { active reason tokenType userId sessionId scopes issuedAt expiresAt claims } }',
        { variables: { token } },
      )
    ).data.verifyToken;

  test('an active access token shows what it is worth', async () => {
    const it = await testAuth();
    const ann = await it.person('ann@example.com', ['admin']);
    expect(await status(it, ann.accessToken)).toMatchObject({
      active: true,
      reason: null,
      tokenType: 'ACCESS',
      userId: ann.user.id,
      sessionId: ann.session.id,
      scopes: expect.arrayContaining(['users:read']),
      issuedAt: new Date(it.clock.now()).toISOString(),
      expiresAt: new Date(it.clock.now() + 300_000).toISOString(),
      claims: { sub: ann.user.id, gen: 0, roles: ['admin'] },
    });
  });

  test('an active refresh token is told apart, and asking does not spend it', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    expect(await status(it, ann.refreshToken)).toMatchObject({
      active: true,
      tokenType: 'REFRESH',
      scopes: null,
    });
    const [session] = await it.store.sessionsByIds([ann.session.id]);
    expect(session?.generation).toBe(0);
  });

  test('a bad token is never an error: each has its reason', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const origin = { address: null, userAgent: null };
    await it.auth.services.refresh(ann.refreshToken, origin);
    expect(await status(it, 'nonsense')).toMatchObject({
      active: false,
      reason: 'TOKEN_MALFORMED',
      claims: null,
    });
    expect(await status(it, ann.accessToken.slice(0, -4) + 'AAAA')).toMatchObject({
      reason: 'TOKEN_INVALID',
      userId: null,
    });
    expect(await status(it, ann.refreshToken)).toMatchObject({
      reason: 'TOKEN_REVOKED',
      tokenType: 'REFRESH',
    });
    it.clock.advance(301);
    expect(await status(it, ann.accessToken)).toMatchObject({
      reason: 'TOKEN_EXPIRED',
      tokenType: 'ACCESS',
    });
  });

  test('asking about an access token does not count as using it', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const origin = { address: null, userAgent: null };
    const second = await it.auth.services.refresh(ann.refreshToken, origin);
    if (!second.ok) throw new Error(second.code);
    await status(it, second.value.tokens.accessToken);
    it.clock.advance(60);
    const third = await it.auth.services.refresh(ann.refreshToken, origin);
    expect(third.ok).toBe(true);
  });
});
