import { describe, expect, test } from '@jest/globals';
import { createHmac, createVerify, generateKeyPairSync } from 'node:crypto';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';
import { keyPair, SECRET } from '../config/samples.js';
import { ask, claimsOf, forged, headerOf, heardLog, LOGIN, REFRESH, served } from './support.js';

const session = async (it: TestAuth, token: string) =>
  codeOf(await it.run('{ session { id } }', { token }));
const refresh = async (it: TestAuth, token: string) =>
  codeOf(await it.run(REFRESH, { variables: { token } }));
const signedPart = (token: string) => token.slice(0, token.lastIndexOf('.'));
const signatureOf = (token: string) => Buffer.from(token.split('.')[2] as string, 'base64url');

describe('jwt.secretKey', () => {
  test('signs access tokens by the UTF-8 bytes of its text; of several the first signs and all verify', async () => {
    const first = await testAuth({ jwt: { secretKey: SECRET } });
    const { accessToken, refreshToken } = await first.signup();
    const mac = (secret: string, token: string) =>
      createHmac('sha256', secret).update(signedPart(token)).digest();
    expect(mac(SECRET, accessToken).equals(signatureOf(accessToken))).toBe(true);
    // Refresh tokens are never signed by what others may have to verify with.
    expect(mac(SECRET, refreshToken).equals(signatureOf(refreshToken))).toBe(false);
    const other = SECRET.toUpperCase();
    const both = await testAuth({ jwt: { secretKey: [other, SECRET] } }, { before: first });
    expect([await session(both, accessToken), await refresh(both, refreshToken)]).toEqual(['', '']);
    const { data } = await both.run(LOGIN);
    const made = data.login.accessToken;
    expect(mac(other, made).equals(signatureOf(made))).toBe(true);
    const stranger = await testAuth({ jwt: { secretKey: `${SECRET}!` } });
    expect(await session(stranger, accessToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });
});

const pair = { algorithm: 'RS256', ...keyPair } as const;

describe('jwt.privateKey', () => {
  test('signs access tokens and no refresh tokens', async () => {
    const it = await testAuth({ jwt: pair });
    const { accessToken, refreshToken } = await it.signup();
    expect([headerOf(accessToken).alg, headerOf(refreshToken).alg]).toEqual(['RS256', 'HS256']);
    expect(await session(it, accessToken)).toBe('');
  });
});

describe('jwt.publicKey', () => {
  test('is the one by which anybody can verify them', async () => {
    const { accessToken } = await (await testAuth({ jwt: pair })).signup();
    const verified = createVerify('sha256')
      .update(signedPart(accessToken))
      .verify(keyPair.publicKey, signatureOf(accessToken));
    expect(verified).toBe(true);
  });
});

describe('jwt.algorithm', () => {
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  const pemOf = ({ publicKey, privateKey }: ReturnType<typeof ec>) => ({
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });

  test('says how access tokens are signed: each of the twelve', async () => {
    const keys = (algorithm: string) => {
      if (algorithm.startsWith('HS')) return { secretKey: SECRET };
      if (!algorithm.startsWith('ES')) return keyPair;
      return pemOf(ec({ 256: 'P-256', 384: 'P-384', 512: 'P-521' }[algorithm.slice(2)] as string));
    };
    let before: TestAuth | undefined;
    for (const family of ['HS', 'RS', 'PS', 'ES']) {
      for (const size of ['256', '384', '512']) {
        const algorithm = `${family}${size}` as 'HS256';
        const jwt = { algorithm, ...keys(algorithm) };
        const it: TestAuth = await testAuth({ jwt }, before && { before });
        const { accessToken } = before ? (await it.run(LOGIN)).data.login : await it.signup();
        expect(headerOf(accessToken).alg).toBe(algorithm);
        expect(await session(it, accessToken)).toBe('');
        before = it;
      }
    }
  });
});

describe('jwt.verify', () => {
  test('false leaves the signature of access tokens unchecked, and says so at the start', async () => {
    const log = heardLog();
    const it = await testAuth({ jwt: { verify: false } }, { log });
    expect(log.of('warn')).toEqual([expect.stringMatching(/^jwt\.verify is false: the signature/)]);
    const { accessToken } = await it.signup();
    const [text, wrong] = [signedPart(accessToken), 'AAAA'];
    expect(await session(it, `${text}.${wrong}`)).toBe('');
    const header = { alg: 'none', typ: 'at+jwt' };
    const unsigned = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${text.split('.')[1]}.AAAA`;
    expect(await session(it, unsigned)).toBe('');
    const checked = await testAuth({}, { before: it });
    expect(await session(checked, `${text}.${wrong}`)).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });

  test('false still judges claims and session, and every signature of a refresh token', async () => {
    const it = await testAuth({ jwt: { verify: false } });
    const { accessToken, refreshToken, session: own } = await it.signup();
    const bob = await it.person('bob@example.com', ['admin']);
    const now = claimsOf(accessToken).iat;
    for (const [change, reason] of [
      [{ sub: bob.user.id }, 'TOKEN_INVALID'],
      [{ exp: undefined }, 'TOKEN_INVALID'],
      [{ aud: 'others' }, 'TOKEN_INVALID'],
      [{ exp: now }, 'TOKEN_EXPIRED'],
      [{ exp: now + 3600 }, 'TOKEN_EXPIRED'],
      [{ sid: 'unknown' }, 'TOKEN_REVOKED'],
      [{ ver: '7.7' }, 'TOKEN_STALE'],
    ] as const) {
      const found = await session(it, forged(accessToken, change));
      expect([change, found]).toEqual([change, `UNAUTHENTICATED ${reason}`]);
    }
    expect(await session(it, refreshToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await session(it, 'a.b.c')).toBe('UNAUTHENTICATED TOKEN_MALFORMED');
    expect(await refresh(it, forged(refreshToken, { gen: 1 }))).toBe('INVALID_REFRESH_TOKEN');
    expect(await refresh(it, accessToken)).toBe('INVALID_REFRESH_TOKEN');
    await it.store.revokeSessions({ by: 'id', id: own.id }, 'revoked', {
      event: 'session_revoked',
      actorId: null,
    });
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
  });
});

describe('jwt.verifyExpiration', () => {
  test('false lets access tokens live as long as their session, and says so at the start', async () => {
    const log = heardLog();
    const it = await testAuth({ jwt: { verifyExpiration: false } }, { log });
    expect(log.of('warn')).toEqual([expect.stringMatching(/^jwt\.verifyExpiration is false: /)]);
    const { accessToken, refreshToken } = await it.signup();
    it.clock.advance(6 * 86_400);
    expect(await session(it, accessToken)).toBe('');
    expect(await session(it, accessToken)).toBe('');
    expect(await session(it, forged(accessToken, { exp: 9e9 }))).toMatch(/TOKEN_INVALID/);
    it.clock.advance(86_400);
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect(await refresh(it, refreshToken)).toBe('REFRESH_TOKEN_EXPIRED');
  });

  test('false still refuses a token without exp', async () => {
    const it = await testAuth({ jwt: { verify: false, verifyExpiration: false } });
    const { accessToken } = await it.signup();
    expect(await session(it, forged(accessToken, { exp: 9e9 }))).toBe('');
    expect(await session(it, forged(accessToken, { exp: undefined }))).toMatch(/TOKEN_INVALID/);
  });
});

describe('jwt.leeway', () => {
  test('is how long after its end an access token is still accepted, seen before or not', async () => {
    const it = await testAuth({ jwt: { leeway: '10s' } });
    const { accessToken } = await it.signup();
    const other = (await it.run(LOGIN)).data.login.accessToken;
    expect(await session(it, accessToken)).toBe('');
    it.clock.advance(309);
    expect([await session(it, accessToken), await session(it, other)]).toEqual(['', '']);
    it.clock.advance(1);
    expect(await session(it, accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
  });
});

describe('jwt.audience', () => {
  test('is the aud of every token, and asked of every token', async () => {
    const it = await testAuth({ jwt: { audience: 'api' } });
    const { accessToken, refreshToken } = await it.signup();
    expect([claimsOf(accessToken).aud, claimsOf(refreshToken).aud]).toEqual(['api', 'api']);
    for (const jwt of [{ audience: 'others' }, {}]) {
      const elsewhere = await testAuth({ jwt }, { before: it });
      expect(await session(elsewhere, accessToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
      expect(await refresh(elsewhere, refreshToken)).toBe('INVALID_REFRESH_TOKEN');
    }
    expect([await session(it, accessToken), await refresh(it, refreshToken)]).toEqual(['', '']);
  });
});

describe('jwt.issuer', () => {
  test('is the iss of every token, and asked of every token', async () => {
    const it = await testAuth({ jwt: { issuer: 'https://us.example' } });
    const { accessToken, refreshToken } = await it.signup();
    expect(claimsOf(accessToken).iss).toBe('https://us.example');
    expect(claimsOf(refreshToken).iss).toBe('https://us.example');
    const elsewhere = await testAuth({ jwt: { issuer: 'https://them.example' } }, { before: it });
    expect(await session(elsewhere, accessToken)).toBe('UNAUTHENTICATED TOKEN_INVALID');
    expect(await refresh(elsewhere, refreshToken)).toBe('INVALID_REFRESH_TOKEN');
    expect([await session(it, accessToken), await refresh(it, refreshToken)]).toEqual(['', '']);
  });
});

describe('jwt.authHeaderPrefix', () => {
  test('is the word before the token; another word is not ours', async () => {
    const { server } = await served({ JWT_AUTH_HEADER_PREFIX: 'JWT' });
    const account = '(input: { email: "ann@example.com", password: "a long sentence is fine" })';
    const signup = await ask(server.url, `mutation { signup${account} { accessToken } }`);
    const { accessToken } = signup.body.data.signup;
    const me = async (authorization: string) =>
      (await ask(server.url, '{ me { email } }', { headers: { authorization } })).body.data.me;
    expect(await me(`JWT ${accessToken}`)).toEqual({ email: 'ann@example.com' });
    expect(await me(`jwt ${accessToken}`)).toEqual({ email: 'ann@example.com' });
    expect(await me(`Bearer ${accessToken}`)).toBeNull();
  });
});
