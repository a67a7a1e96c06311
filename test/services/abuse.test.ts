import { describe, expect, test } from '@jest/globals';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { createKeys } from '../../src/services/keys.js';
import { signToken, type TokenType } from '../../src/tokens/jwt.js';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

/** A token like this one with other claims, signed by the keys of this server. */
async function forged(it: TestAuth, token: string, typ: TokenType, changes: object) {
  const { jwt } = configFromCode('test', { code: {}, env: {}, readFile: () => '' });
  const keys = await createKeys(jwt, { store: it.store, clock: it.clock, log: silentLog });
  keys.stop();
  const ring = typ === 'at+jwt' ? keys.access() : keys.refresh();
  return signToken({ ...claimsOf(token), ...changes }, typ, ring.signing);
}

const refresh = (it: TestAuth, token: string) =>
  it.run(
    'mutation($token: String!) { refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }',
    { variables: { token } },
  );
const read = async (it: TestAuth, token: string) =>
  codeOf(await it.run('{ session { id } }', { token }));
const status = async (it: TestAuth, token: string) =>
  (
    await it.run(
      'query($token: String!) { verifyToken(token: $token) { active reason tokenType } }',
      { variables: { token } },
    )
  ).data.verifyToken;

describe('a token of ours with another’s claims', () => {
  test('opens and ends nothing: the session’s user must be its subject', async () => {
    const it = await testAuth();
    const [ann, bob] = [await it.signup(), await it.person('bob@example.com')];
    const sub = bob.user.id;
    const access = await forged(it, ann.accessToken, 'at+jwt', { sub });
    const spent = await forged(it, ann.refreshToken, 'rt+jwt', { sub });
    const old = await forged(it, ann.refreshToken, 'rt+jwt', { sub, exp: 1 });
    expect(await read(it, access)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(codeOf(await refresh(it, spent))).toBe('INVALID_REFRESH_TOKEN');
    expect(codeOf(await refresh(it, old))).toBe('INVALID_REFRESH_TOKEN');
    for (const token of [access, spent]) {
      expect(await status(it, token)).toMatchObject({ active: false, reason: 'TOKEN_INVALID' });
      const logout = `mutation($refreshToken: String) { logout(input: { refreshToken: $refreshToken, allSessions: true }) { revokedSessions } }`;
      const { data } = await it.run(logout, { token: access, variables: { refreshToken: token } });
      expect(data.logout.revokedSessions).toBe(0);
    }
    expect([await read(it, ann.accessToken), await read(it, bob.accessToken)]).toEqual(['', '']);
  });

  test('above the row is of a store that is older: it is accepted, goes ahead, and logs nobody out', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    expect(await read(it, await forged(it, ann.accessToken, 'at+jwt', { gen: 7 }))).toBe('');
    const ahead = await forged(it, ann.refreshToken, 'rt+jwt', { gen: 7 });
    expect(await status(it, ahead)).toMatchObject({ active: true });
    const { data } = await refresh(it, ahead);
    expect(claimsOf(data.refreshToken.refreshToken).gen).toBe(8);
    expect(await read(it, data.refreshToken.accessToken)).toBe('');
    expect((await refresh(it, data.refreshToken.refreshToken)).errors).toBeUndefined();
    expect(await it.store.auditEvents({ event: 'refresh_reused', limit: 1 })).toEqual([]);
  });

  test('of a session that was pruned opens nothing and revokes nothing', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    it.clock.advance(8 * 86_400);
    const bob = await it.person('bob@example.com');
    await it.auth.services.upkeep.pruneNow();
    const exp = Math.floor(it.clock.now() / 1000) + 100;
    const iat = exp - 200;
    const access = await forged(it, ann.accessToken, 'at+jwt', { iat, exp });
    const replayed = await forged(it, ann.refreshToken, 'rt+jwt', { exp });
    expect(await read(it, access)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    expect(codeOf(await refresh(it, replayed))).toBe('INVALID_REFRESH_TOKEN');
    // Whoever comes back after the window hears that, and not that the token is none of ours.
    expect(codeOf(await refresh(it, ann.refreshToken))).toBe('REFRESH_TOKEN_EXPIRED');
    expect(await read(it, bob.accessToken)).toBe('');
  });
});

describe('the end of a refresh token', () => {
  test('where sliding is the session’s: an answer lost at the very end of a token logs nobody out', async () => {
    const it = await testAuth({ refreshSliding: true, jwt: { refreshExpirationDelta: '1h' } });
    const ann = await it.signup();
    it.clock.advance(3600 - 5);
    const lost = (await refresh(it, ann.refreshToken)).data.refreshToken;
    it.clock.advance(10);
    const found = (await refresh(it, ann.refreshToken)).data.refreshToken;
    expect(found.refreshToken).toBe(lost.refreshToken);
    it.clock.advance(3600);
    expect(codeOf(await refresh(it, lost.refreshToken))).toBe('REFRESH_TOKEN_EXPIRED');
    expect(await status(it, lost.refreshToken)).toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });

  test('comes with the setting of today where that is shorter; verifyToken says so too', async () => {
    const before = await testAuth();
    const ann = await before.signup();
    before.clock.advance(7200);
    const it = await testAuth({ jwt: { refreshExpirationDelta: '1h' } }, { before });
    expect(await status(it, ann.refreshToken)).toMatchObject({ reason: 'TOKEN_EXPIRED' });
    expect(codeOf(await refresh(it, ann.refreshToken))).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('is not moved by a clock that is set back: honest tabs are no thieves', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const { data } = await refresh(it, ann.refreshToken);
    it.clock.advance(-20);
    const again = await refresh(it, ann.refreshToken);
    expect(again.data.refreshToken.refreshToken).toBe(data.refreshToken.refreshToken);
    it.clock.advance(-86_400);
    expect((await refresh(it, data.refreshToken.refreshToken)).errors).toBeUndefined();
  });
});

describe('verifyToken', () => {
  test('writes nothing, whatever it is asked', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const next = (await refresh(it, ann.refreshToken)).data.refreshToken;
    const rows = async () => [
      await it.store.sessionsByIds([ann.session.id]),
      await it.store.auditEvents({ limit: 100 }),
    ];
    const before = await rows();
    it.statements.length = 0;
    const asked = [ann, next].flatMap(({ accessToken, refreshToken }) => [
      accessToken,
      refreshToken,
    ]);
    for (const token of [...asked, '', 'x'.repeat(1_000_000), '\0', '\ud800.\ud800.\ud800']) {
      await status(it, token);
    }
    expect(it.statements.filter((sql) => !/^\s*(SELECT|PRAGMA data_version$)/i.test(sql))).toEqual(
      [],
    );
    expect(await rows()).toEqual(before);
  });
});
