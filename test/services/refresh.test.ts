import { describe, expect, test } from '@jest/globals';
import { codeOf, testAuth, type RunOptions, type TestAuth } from '../support/auth.js';

const REFRESH = `mutation($token: String!) { refreshToken(input: { refreshToken: $token }) {
  accessToken accessTokenExpiresIn refreshToken refreshTokenExpiresIn session { id expiresAt } user { id } } }`;

const refresh = (it: TestAuth, token: string, options: RunOptions = {}) =>
  it.run(REFRESH, { ...options, variables: { token } });

const renewed = async (it: TestAuth, token: string) => {
  const result = await refresh(it, token);
  expect(result.errors).toBeUndefined();
  return result.data.refreshToken;
};

const me = (it: TestAuth, token: string) => it.run('{ session { id } }', { token });

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

describe('refreshing', () => {
  test('gives the next generation of the same session, and the old access token stays good', async () => {
    const it = await testAuth();
    const first = await it.signup();
    const second = await renewed(it, first.refreshToken);
    expect(second.session.id).toBe(first.session.id);
    expect(claimsOf(second.refreshToken).gen).toBe(1);
    expect((await me(it, first.accessToken)).errors).toBeUndefined();
    expect((await me(it, second.accessToken)).errors).toBeUndefined();
  });

  test('the same token within the window gives the same refresh token byte for byte', async () => {
    const it = await testAuth();
    const first = await it.signup();
    const second = await renewed(it, first.refreshToken);
    it.clock.advance(29);
    const again = await renewed(it, first.refreshToken);
    expect(again.refreshToken).toBe(second.refreshToken);
    expect(again.accessToken).not.toBe(second.accessToken);
  });

  test('a lost answer logs nobody out: the pair that nobody used is replaced', async () => {
    const it = await testAuth();
    const first = await it.signup();
    const lost = await renewed(it, first.refreshToken);
    it.clock.advance(60);
    const found = await renewed(it, first.refreshToken);
    expect(claimsOf(found.refreshToken).gen).toBe(2);
    expect(codeOf(await me(it, lost.accessToken))).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect((await me(it, found.accessToken)).errors).toBeUndefined();
    expect(codeOf(await refresh(it, lost.refreshToken))).toBe('REFRESH_TOKEN_REUSED');
  });

  test('a spent token after the next pair was used ends this session and only this one', async () => {
    const it = await testAuth();
    const first = await it.signup();
    const other = await it.run(
      'mutation { login(input: { email: "ann@example.com", password: "correct horse battery" }) { accessToken } }',
    );
    const second = await renewed(it, first.refreshToken);
    expect((await me(it, second.accessToken)).errors).toBeUndefined();
    it.clock.advance(60);
    expect(codeOf(await refresh(it, first.refreshToken))).toBe('REFRESH_TOKEN_REUSED');
    expect(codeOf(await refresh(it, first.refreshToken))).toBe('SESSION_REVOKED');
    expect(codeOf(await refresh(it, second.refreshToken))).toBe('SESSION_REVOKED');
    expect(codeOf(await me(it, second.accessToken))).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    expect((await me(it, other.data.login.accessToken)).errors).toBeUndefined();
    const [event] = await it.store.auditEvents({ event: 'refresh_reused', limit: 1 });
    expect(event).toMatchObject({ sessionId: first.session.id, ipAddress: '192.0.2.1' });
  });

  test('with refreshReuseInterval 0 any second use ends the session', async () => {
    const it = await testAuth({ refreshReuseInterval: 0 });
    const first = await it.signup();
    await renewed(it, first.refreshToken);
    expect(codeOf(await refresh(it, first.refreshToken))).toBe('REFRESH_TOKEN_REUSED');
  });

  test('a hundred at once leave one session, one generation ahead, everyone with a usable pair', async () => {
    const it = await testAuth();
    const first = await it.signup();
    const results = await Promise.all(
      Array.from({ length: 100 }, () => renewed(it, first.refreshToken)),
    );
    expect(new Set(results.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(claimsOf(results[0].refreshToken).gen).toBe(1);
    for (const { accessToken } of results) {
      expect((await me(it, accessToken)).errors).toBeUndefined();
    }
    expect((await renewed(it, results[57].refreshToken)).session.id).toBe(first.session.id);
  });

  test('an access token is no refresh token, and a refresh token opens no field', async () => {
    const it = await testAuth();
    const pair = await it.signup();
    expect(codeOf(await refresh(it, pair.accessToken))).toBe('INVALID_REFRESH_TOKEN');
    expect(codeOf(await me(it, pair.refreshToken))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('no token, nonsense and a token of an unknown session are INVALID_REFRESH_TOKEN', async () => {
    const [it, elsewhere] = [await testAuth(), await testAuth()];
    const foreign = await elsewhere.signup();
    expect(codeOf(await it.run('mutation { refreshToken { accessToken } }'))).toBe(
      'INVALID_REFRESH_TOKEN',
    );
    expect(codeOf(await refresh(it, 'a.b.c'))).toBe('INVALID_REFRESH_TOKEN');
    expect(codeOf(await refresh(it, foreign.refreshToken))).toBe('INVALID_REFRESH_TOKEN');
  });

  test('refreshExpirationDelta counts from the login, however often the pair is renewed', async () => {
    const it = await testAuth({ jwt: { refreshExpirationDelta: '1h' } });
    let { refreshToken } = await it.signup();
    for (const minutes of [25, 25]) {
      it.clock.advance(minutes * 60);
      ({ refreshToken } = await renewed(it, refreshToken));
    }
    it.clock.advance(10 * 60);
    expect(codeOf(await refresh(it, refreshToken))).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('refreshSliding restarts the window, up to sessionMaxAge', async () => {
    const it = await testAuth({
      refreshSliding: true,
      sessionMaxAge: '2h',
      jwt: { refreshExpirationDelta: '1h' },
    });
    let pair = await it.signup();
    for (let index = 0; index < 3; index++) {
      it.clock.advance(35 * 60);
      pair = await renewed(it, pair.refreshToken);
    }
    expect(pair.refreshTokenExpiresIn).toBe(15 * 60);
    it.clock.advance(15 * 60);
    expect(codeOf(await refresh(it, pair.refreshToken))).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('a disabled account comes before a revoked session, and that before an ended one', async () => {
    const it = await testAuth();
    const pair = await it.signup();
    it.clock.advance(8 * 86_400);
    expect(codeOf(await refresh(it, pair.refreshToken))).toBe('REFRESH_TOKEN_EXPIRED');
    await it.auth.services.administration.disableUser({ viewer: null }, pair.user.id);
    expect(codeOf(await refresh(it, pair.refreshToken))).toBe('ACCOUNT_DISABLED');
    await it.auth.services.administration.enableUser({ viewer: null }, pair.user.id);
    expect(codeOf(await refresh(it, pair.refreshToken))).toBe('SESSION_REVOKED');
  });

  test('allowRefresh false hands out no refresh token and refuses to refresh', async () => {
    const it = await testAuth({ jwt: { allowRefresh: false } });
    const pair = await it.signup();
    expect(pair).toMatchObject({ refreshToken: null, refreshTokenExpiresIn: null });
    expect(codeOf(await refresh(it, 'x.y.z'))).toBe('REFRESH_DISABLED');
  });

  test('an access token never outlives its session', async () => {
    const it = await testAuth({ jwt: { refreshExpirationDelta: '7m', expirationDelta: '5m' } });
    const first = await it.signup();
    it.clock.advance(4 * 60);
    expect((await renewed(it, first.refreshToken)).accessTokenExpiresIn).toBe(3 * 60);
  });

  test('a changed role is not a logout: the token is stale, and the renewed one has the new grants', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    await it.auth.services.roles.upsert(
      { viewer: null },
      { name: 'reader', scopes: ['users:read'] },
    );
    await renewed(it, ann.refreshToken);
    await it.auth.services.administration.setUserRoles({ viewer: null }, ann.user.id, ['reader']);
    const stale = await me(it, ann.accessToken);
    expect(codeOf(stale)).toBe('UNAUTHENTICATED TOKEN_STALE');
    expect(stale.errors?.[0]?.extensions['refreshable']).toBe(true);
    const { accessToken } = await renewed(it, ann.refreshToken);
    const users = await it.run('{ users { totalCount } }', { token: accessToken });
    expect(users.data).toEqual({ users: { totalCount: 1 } });
  });

  test('an answer leaves only after the commit', async () => {
    const it = await testAuth();
    const { refreshToken } = await it.signup();
    it.statements.length = 0;
    await renewed(it, refreshToken);
    expect(it.statements.filter((sql) => /^COMMIT/i.test(sql))).toHaveLength(1);
  });
});
