import { describe, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { importSPKI, jwtVerify } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { contextFor, signedToken, testClock } from '../../src/testing/index.js';
import { codeOf } from '../support/auth.js';
import { bearer, embedded, ownApi } from '../library/support.js';

describe('contextFor', () => {
  test('lets a viewer into a guarded field, with a context of one’s own around it', async () => {
    const api = ownApi(embedded());
    const contextValue = { ...contextFor({ id: '7' }), db: 'mine' };
    const { data } = await graphql({ schema: api.schema, source: '{ secret open }', contextValue });
    expect(data).toEqual({ secret: 'for 7', open: 'mine' });
  });

  test('scopes, roles and session are those given', () => {
    const { viewer } = contextFor({ id: '7', scopes: ['a'], roles: ['b'], sessionId: 's' });
    expect(viewer).toEqual({
      id: '7',
      sessionId: 's',
      scopes: new Set(['a']),
      roles: new Set(['b']),
    });
  });

  test.each([
    [null, 'UNAUTHENTICATED TOKEN_MISSING'],
    ['TOKEN_EXPIRED' as const, 'UNAUTHENTICATED TOKEN_EXPIRED'],
  ])('%s is refused, and the resolver does not run', async (viewer, code) => {
    const api = ownApi(embedded());
    const result = await graphql({
      schema: api.schema,
      source: '{ secret }',
      contextValue: contextFor(viewer),
    });
    expect(codeOf(result)).toBe(code);
    expect(api.ran).toBe(0);
  });

  test.each([['nobody'], [{}], [undefined]])('%j is a mistake', (viewer) => {
    expect(() => contextFor(viewer as never)).toThrow(/^contextFor\(viewer\) expects/);
  });
});

describe('signedToken', () => {
  const key = 'a secret of thirty-two bytes, at least';

  test('is what another verifier expects of our access tokens', async () => {
    const clock = testClock();
    const token = signedToken({ user: '7', scopes: ['a', 'b'], roles: ['c'], key, clock });
    const options = { typ: 'at+jwt', currentDate: new Date(clock.now()) };
    const { payload } = await jwtVerify(token, new TextEncoder().encode(key), options);
    expect(payload).toMatchObject({ sub: '7', scope: 'a b', roles: ['c'] });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(300);
  });

  test('takes a private key, issuer and audience', async () => {
    const pair = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const token = signedToken({
      user: '7',
      key: pair.privateKey,
      algorithm: 'ES256',
      issuer: 'us',
      audience: 'them',
    });
    const verifier = await importSPKI(pair.publicKey, 'ES256');
    const { payload } = await jwtVerify(token, verifier, { issuer: 'us', audience: 'them' });
    expect(payload.sub).toBe('7');
  });

  test('can have expired', async () => {
    const token = signedToken({ user: '7', key, expiresIn: -1 });
    const verified = jwtVerify(token, new TextEncoder().encode(key));
    await expect(verified).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });

  test('opens no field of ours: it belongs to no session', async () => {
    const auth = embedded({ jwt: { secretKey: key } });
    const { credential } = await auth.context(bearer(signedToken({ user: '7', key })));
    expect(credential).toEqual({ kind: 'rejected', reason: 'TOKEN_REVOKED' });
  });

  test('a short secret is a mistake', () => {
    expect(() => signedToken({ user: '7', key: 'short' })).toThrow(TypeError);
  });
});

describe('testClock', () => {
  test('stands still until it is told', () => {
    const clock = testClock(0);
    clock.advance(2);
    expect(clock.now()).toBe(2000);
    clock.set(5);
    expect(clock.now()).toBe(5);
  });
});
