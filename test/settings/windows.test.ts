import { describe, expect, test } from '@jest/globals';
import type { SettingsInput } from '../../src/config.js';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';
import { claimsOf, REFRESH } from './support.js';

const HOUR = 3600;

const renew = async (it: TestAuth, token: string) => {
  const result = await it.run(REFRESH, { variables: { token } });
  return result.errors ? codeOf(result) : (result.data.refreshToken as Pair);
};
interface Pair {
  accessToken: string;
  refreshToken: string;
  refreshTokenExpiresIn: number;
}
const renewed = async (it: TestAuth, token: string): Promise<Pair> => {
  const pair = await renew(it, token);
  if (typeof pair === 'string') throw new Error(pair);
  return pair;
};
const session = async (it: TestAuth, token: string) =>
  codeOf(await it.run('{ session { id } }', { token }));
const endOf = async (it: TestAuth, token: string) =>
  (await it.run('{ session { expiresAt } }', { token })).data.session.expiresAt as string;

/** The same store and clock under other settings, as after a restart. */
const restarted = (before: TestAuth, settings: SettingsInput) => testAuth(settings, { before });

describe('jwt.expirationDelta', () => {
  test('is the life of an access token, and of nothing else', async () => {
    const it = await testAuth({ jwt: { expirationDelta: '2m' } });
    const { accessToken, accessTokenExpiresIn, refreshToken } = await it.signup();
    expect(accessTokenExpiresIn).toBe(120);
    it.clock.advance(119);
    expect(await session(it, accessToken)).toBe('');
    it.clock.advance(1);
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    it.clock.advance(6 * 86_400);
    const pair = await renewed(it, refreshToken);
    expect(await session(it, pair.accessToken)).toBe('');
  });

  test('shortened, it ends older tokens at once and logs nobody out', async () => {
    const before = await testAuth({ jwt: { expirationDelta: '1h' } });
    const { accessToken, refreshToken } = await before.signup();
    const it = await restarted(before, { jwt: { expirationDelta: '5m' } });
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    const pair = await renewed(it, refreshToken);
    expect(await session(it, pair.accessToken)).toBe('');
  });

  test('lengthened, it makes no older token live longer', async () => {
    const before = await testAuth();
    const { accessToken } = await before.signup();
    const it = await restarted(before, { jwt: { expirationDelta: '1h' } });
    before.clock.advance(300);
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

describe('jwt.allowRefresh', () => {
  test('false hands out no refresh token, takes none, and ends the session with its access token', async () => {
    const before = await testAuth();
    const { refreshToken } = await before.signup();
    const it = await restarted(before, { jwt: { allowRefresh: false } });
    const pair = await it.person('bob@example.com');
    expect(pair).toMatchObject({ refreshToken: null, refreshTokenExpiresIn: null });
    expect(await renew(it, refreshToken)).toBe('REFRESH_DISABLED');
    const without = await it.run('mutation { refreshToken { accessToken } }');
    expect(codeOf(without)).toBe('REFRESH_DISABLED');
    expect(await endOf(it, pair.accessToken)).toBe(
      new Date(it.clock.now() + 300_000).toISOString(),
    );
    it.clock.advance(300);
    expect(await session(it, pair.accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

describe('jwt.allowRefresh false with jwt.leeway', () => {
  test('leaves the session open for as long as its access token is accepted', async () => {
    const it = await testAuth({ jwt: { allowRefresh: false, leeway: '10s' } });
    const { accessToken, accessTokenExpiresIn } = await it.signup();
    expect([accessTokenExpiresIn, claimsOf(accessToken).exp]).toEqual([
      300,
      Math.floor(it.clock.now() / 1000) + 300,
    ]);
    expect(await endOf(it, accessToken)).toBe(new Date(it.clock.now() + 310_000).toISOString());
    it.clock.advance(309);
    expect(await session(it, accessToken)).toBe('');
    it.clock.advance(1);
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

describe('jwt.refreshExpirationDelta', () => {
  test('counts from the login, however often the pair is renewed', async () => {
    const it = await testAuth({ jwt: { refreshExpirationDelta: '1h' } });
    const login = it.clock.now() / 1000;
    let pair: Pair = await it.signup();
    for (const minutes of [20, 20, 19]) {
      it.clock.advance(minutes * 60);
      pair = await renewed(it, pair.refreshToken);
      expect(claimsOf(pair.refreshToken)).toMatchObject({ orig_iat: login, exp: login + HOUR });
    }
    expect(pair.refreshTokenExpiresIn).toBe(60);
    it.clock.advance(59);
    pair = await renewed(it, pair.refreshToken);
    it.clock.advance(1);
    expect(await renew(it, pair.refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
    expect(await session(it, pair.accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });

  test('shortened, it ends the windows of tokens that were promised more', async () => {
    const before = await testAuth({ jwt: { refreshExpirationDelta: '7d' } });
    const { refreshToken } = await before.signup();
    expect(claimsOf(refreshToken).exp - claimsOf(refreshToken).orig_iat).toBe(7 * 24 * HOUR);
    const it = await restarted(before, { jwt: { refreshExpirationDelta: '1h' } });
    it.clock.advance(HOUR - 1);
    const next = await renewed(it, refreshToken);
    expect(next.refreshTokenExpiresIn).toBe(1);
    it.clock.advance(1);
    expect(await renew(it, refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
    expect(await renew(it, next.refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('lengthened, a token still ends at the exp that it was given', async () => {
    const before = await testAuth({ jwt: { refreshExpirationDelta: '1h' } });
    const { refreshToken } = await before.signup();
    const it = await restarted(before, { jwt: { refreshExpirationDelta: '7d' } });
    it.clock.advance(30 * 60);
    const { refreshToken: next } = await renewed(it, refreshToken);
    expect(claimsOf(next).exp).toBe(claimsOf(refreshToken).exp);
    it.clock.advance(30 * 60);
    expect(await renew(it, next)).toBe('REFRESH_TOKEN_EXPIRED');
  });
});

const sliding: SettingsInput = {
  refreshSliding: true,
  sessionMaxAge: '3h',
  jwt: { refreshExpirationDelta: '1h' },
};

describe('refreshSliding', () => {
  test('restarts the window at each refresh, and only there', async () => {
    const it = await testAuth(sliding);
    let pair: Pair = await it.signup();
    for (let time = 0; time < 3; time++) {
      it.clock.advance(59 * 60);
      pair = await renewed(it, pair.refreshToken);
    }
    const unused = await it.person('bob@example.com');
    it.clock.advance(HOUR);
    expect(await renew(it, unused.refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('a spent token ends when the row says, and that may be later than its own exp', async () => {
    const it = await testAuth({ ...sliding, refreshReuseInterval: '30m' });
    const first = await it.signup();
    it.clock.advance(50 * 60);
    const second = await renewed(it, first.refreshToken);
    it.clock.advance(20 * 60);
    expect(claimsOf(first.refreshToken).exp).toBeLessThan(it.clock.now() / 1000);
    const again = await renewed(it, first.refreshToken);
    expect(again.refreshToken).toBe(second.refreshToken);
  });

  test('switched on, a session of before slides from its next refresh on', async () => {
    const before = await testAuth({ jwt: { refreshExpirationDelta: '1h' } });
    const { refreshToken } = await before.signup();
    const it = await restarted(before, sliding);
    it.clock.advance(50 * 60);
    expect((await renewed(it, refreshToken)).refreshTokenExpiresIn).toBe(HOUR);
  });

  test('switched off, the window counts from the login again', async () => {
    const before = await testAuth(sliding);
    let pair: Pair = await before.signup();
    before.clock.advance(50 * 60);
    pair = await renewed(before, pair.refreshToken);
    const it = await restarted(before, { ...sliding, refreshSliding: false });
    it.clock.advance(10 * 60);
    expect(await renew(it, pair.refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
  });
});

describe('sessionMaxAge', () => {
  test('bounds a sliding window: the last token ends with it, and so does the session', async () => {
    const it = await testAuth(sliding);
    const login = it.clock.now();
    let pair: Pair = await it.signup();
    for (let time = 0; time < 3; time++) {
      it.clock.advance(50 * 60);
      pair = await renewed(it, pair.refreshToken);
    }
    expect(pair.refreshTokenExpiresIn).toBe(30 * 60);
    expect(await endOf(it, pair.accessToken)).toBe(new Date(login + 3 * HOUR * 1000).toISOString());
    it.clock.advance(30 * 60 - 1);
    pair = await renewed(it, pair.refreshToken);
    expect(pair.refreshTokenExpiresIn).toBe(1);
    it.clock.advance(1);
    expect(await renew(it, pair.refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
    expect(await session(it, pair.accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });

  test('shortened, it holds from the next refresh on', async () => {
    const before = await testAuth(sliding);
    let pair: Pair = await before.signup();
    const it = await restarted(before, { ...sliding, sessionMaxAge: '70m' });
    it.clock.advance(50 * 60);
    pair = await renewed(it, pair.refreshToken);
    expect(pair.refreshTokenExpiresIn).toBe(20 * 60);
    it.clock.advance(20 * 60);
    expect(await renew(it, pair.refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('shortened below the age that a session has, it ends the session at its next refresh', async () => {
    const before = await testAuth(sliding);
    const { refreshToken } = await before.signup();
    const it = await restarted(before, { ...sliding, sessionMaxAge: '30m' });
    it.clock.advance(40 * 60);
    const status = await it.run('query($t: String!) { verifyToken(token: $t) { reason } }', {
      variables: { t: refreshToken },
    });
    expect(status.data.verifyToken.reason).toBe('TOKEN_EXPIRED');
    expect(await renew(it, refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('means nothing where the window does not slide', async () => {
    const it = await testAuth({ sessionMaxAge: '1h' });
    const { refreshToken } = await it.signup();
    it.clock.advance(6 * 24 * HOUR);
    await renewed(it, refreshToken);
  });
});
