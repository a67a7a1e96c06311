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

  test('scopes and roles may be sets, or left out by undefined', () => {
    const { viewer } = contextFor({ id: '7', scopes: new Set(['a']), roles: undefined });
    expect(viewer).toMatchObject({ scopes: new Set(['a']), roles: new Set(), sessionId: null });
  });

  test.each([
    ['drafts:read', '"drafts:read"'],
    [null, 'null'],
    [7, '7'],
    [{ a: true }, 'an object'],
    [['a', 7], '7'],
    [['a', undefined], 'undefined'],
    [[['a']], 'a list'],
  ])(
    'scopes and roles of %j are a mistake: a text is not one name for each letter',
    (names, got) => {
      for (const option of ['scopes', 'roles']) {
        const made = () => contextFor({ id: '7', [option]: names });
        const message = `contextFor: ${option} must be a list or a set of names, got ${got}. Write ['articles:read'].`;
        expect(made).toThrow(new TypeError(message));
      }
    },
  );
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

  test.each([
    [undefined, 'signedToken(options) expects { user, key }, got undefined'],
    [{ key, user: 7 }, 'signedToken: user must be the id of a user as a text, got 7'],
    [{ key }, 'signedToken: user must be the id of a user as a text, got undefined'],
    [{ user: '7' }, 'signedToken: key must be a text or a Uint8Array, got undefined'],
    [{ user: '7', key: {} }, 'signedToken: key must be a text or a Uint8Array, got an object'],
    [
      { user: '7', key, algorithm: 'HS255' },
      `signedToken: algorithm must be one of JWT's, got "HS255"`,
    ],
    [{ user: '7', key, algorithm: null }, "signedToken: algorithm must be one of JWT's, got null"],
    [
      { user: '7', key, expiresIn: '5m' },
      'signedToken: expiresIn must be a number of seconds, got "5m"',
    ],
    [
      { user: '7', key, expiresIn: NaN },
      'signedToken: expiresIn must be a number of seconds, got NaN',
    ],
    [
      { user: '7', key, scopes: 'a b' },
      'signedToken: scopes must be a list or a set of names, got "a b"',
    ],
    [
      { user: '7', key, roles: 'admin' },
      'signedToken: roles must be a list or a set of names, got "admin"',
    ],
  ])('%j is a mistake, which is told without the key', (options, message) => {
    const made = () => signedToken(options as never);
    expect(made).toThrow(TypeError);
    expect(made).toThrow(`${message}. Write `);
    expect(made).not.toThrow(key);
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

  test.each(['5m', NaN, undefined, null, Infinity])('%p is no time, and changes none', (time) => {
    const clock = testClock(5);
    const wrong = time as number;
    expect(() => clock.advance(wrong)).toThrow(
      /^clock\.advance\(seconds\) expects a number of sec/,
    );
    expect(() => clock.set(wrong)).toThrow(
      /^clock\.set\(milliseconds\) expects milliseconds since/,
    );
    expect(clock.now()).toBe(5);
  });

  test('begins with a number of milliseconds', () => {
    const wrong = new Date(5) as unknown as number;
    expect(() => testClock(wrong)).toThrow(
      new TypeError(
        'testClock(start) expects milliseconds since 1970, got an object. Write Date.UTC(2026, 0, 1).',
      ),
    );
  });
});
