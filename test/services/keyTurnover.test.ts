import { afterEach, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { silentLog } from '../../src/log.js';
import { createKeys, type Keys, type Purpose } from '../../src/services/keys.js';
import type { Outcome } from '../../src/outcome.js';
import { MINUTE, SECOND } from '../../src/time.js';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

const console = { viewer: null };
const settled = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(outcome.message ?? outcome.code);
  return outcome.value;
};
const rotate = async (it: TestAuth, purpose: Purpose = 'access', atOnce = false) =>
  settled(await it.auth.services.keys.rotate(console, { purpose, atOnce }));
const read = async (it: TestAuth, token: string) =>
  codeOf(await it.run('{ session { id } }', { token })) || 'accepted';
const login = async (it: TestAuth, email = 'ann@example.com') => {
  const { data } = await it.run(
    `mutation { login(input: { email: "${email}", password: "correct horse battery" }) { accessToken refreshToken } }`,
  );
  return data.login as { accessToken: string; refreshToken: string };
};
const refresh = async (it: TestAuth, token: string) => {
  const { data, errors } = await it.run(
    `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken refreshToken } }`,
  );
  return errors ? { code: codeOf({ errors }) } : data.refreshToken;
};
const kidOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString()).kid;
/** The same token under another name. */
const under = (kid: string, token: string): string => {
  const [header, ...rest] = token.split('.') as [string, string, string];
  const members = JSON.parse(Buffer.from(header, 'base64url').toString());
  const text = Buffer.from(JSON.stringify({ ...members, kid })).toString('base64url');
  return [text, ...rest].join('.');
};

const open: Keys[] = [];
afterEach(() => open.splice(0).forEach((keys) => keys.stop()));

describe('a rotated secret', () => {
  test('signs after two seconds, and what the old one has signed is read until it has expired', async () => {
    const it = await testAuth();
    await it.signup();
    const old = await login(it);
    const { kid } = await rotate(it);
    it.clock.advance(1);
    expect(kidOf((await login(it)).accessToken)).toBe(kidOf(old.accessToken));
    it.clock.advance(1);
    const last = await login(it);
    expect(kidOf(last.accessToken)).toBe(kid);
    it.clock.advance(297);
    expect(await read(it, old.accessToken)).toBe('accepted');
    expect(await read(it, last.accessToken)).toBe('accepted');
    it.clock.advance(2);
    expect(await read(it, old.accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect(await read(it, last.accessToken)).toBe('accepted');
  });

  test('stays two seconds behind however often it is rotated, and the newest signs in the end', async () => {
    const it = await testAuth();
    await it.signup();
    const kids = [];
    for (let round = 0; round < 5; round++) {
      kids.push((await rotate(it)).kid);
      it.clock.advance(0.5);
    }
    expect(kidOf((await login(it)).accessToken)).toBe(kids[1]);
    it.clock.advance(2);
    expect(kidOf((await login(it)).accessToken)).toBe(kids[4]);
  });

  test('of refresh tokens verifies for the whole refresh window, and then it is gone', async () => {
    const it = await testAuth({ jwt: { refreshExpirationDelta: '1h' } });
    await it.signup();
    await rotate(it, 'refresh');
    it.clock.advance(1);
    const old = await login(it);
    it.clock.advance(3590);
    const next = await refresh(it, old.refreshToken);
    expect(kidOf(next.refreshToken)).not.toBe(kidOf(old.refreshToken));
    it.clock.advance(120);
    await it.auth.services.upkeep.pruneNow();
    const rows = await it.store.keys();
    const row = rows.find(({ kid }) => kid === kidOf(old.refreshToken));
    expect(row?.secret).toHaveLength(0);
    expect(await refresh(it, old.refreshToken)).toEqual({ code: 'INVALID_REFRESH_TOKEN' });
  });

  test('lets a repeated refresh answer with the same refresh token byte for byte', async () => {
    const it = await testAuth();
    const { refreshToken } = await it.signup();
    const first = await refresh(it, refreshToken);
    await rotate(it, 'refresh');
    it.clock.advance(5);
    expect((await refresh(it, refreshToken)).refreshToken).toBe(first.refreshToken);
    const next = await refresh(it, first.refreshToken);
    expect(kidOf(next.refreshToken)).not.toBe(kidOf(first.refreshToken));
  });
});

describe('rotating at once, for a compromise', () => {
  test('the new key signs, the old verifies nothing, cached tokens neither, and clients renew silently', async () => {
    const it = await testAuth();
    const old = await it.signup();
    expect(await read(it, old.accessToken)).toBe('accepted');
    const { kid } = await rotate(it, 'access', true);
    const refused = await it.run('{ session { id } }', { token: old.accessToken });
    expect(codeOf(refused)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect(refused.errors?.[0]?.extensions['refreshable']).toBe(true);
    const next = await refresh(it, old.refreshToken);
    expect(kidOf(next.accessToken)).toBe(kid);
    expect(await read(it, next.accessToken)).toBe('accepted');
  });

  test('the refresh secrets: everybody logs in again, and access tokens live to their end', async () => {
    const it = await testAuth();
    const old = await it.signup();
    await rotate(it, 'refresh', true);
    expect(await refresh(it, old.refreshToken)).toEqual({ code: 'INVALID_REFRESH_TOKEN' });
    expect(await read(it, old.accessToken)).toBe('accepted');
  });

  test('a token of a removed key is not read at all: whatever it says, it is expired', async () => {
    const it = await testAuth();
    const { accessToken } = await it.signup();
    const gone = kidOf(accessToken);
    await rotate(it, 'access', true);
    const forged = under(gone, `${accessToken.slice(0, -4)}AAAA`);
    expect(await read(it, forged)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    expect(await read(it, under('nobody', accessToken))).toBe('UNAUTHENTICATED TOKEN_INVALID');
  });
});

describe('a key that is retired', () => {
  const keysOf = (it: TestAuth) => it.auth.services.keys;
  const generate = async (it: TestAuth) =>
    settled(await keysOf(it).generate(console, { purpose: 'access', algorithm: 'HS256' }));

  test('while it signs goes only at once where nothing but an older key is there: nothing else ends its turn', async () => {
    const it = await testAuth();
    const { kid } = await generate(it);
    it.clock.advance(3);
    expect(await keysOf(it).retire(console, { kid, atOnce: false })).toMatchObject({
      ok: false,
      code: 'BAD_USER_INPUT',
    });
    expect((await it.store.keys()).every(({ retiredAt }) => retiredAt === null)).toBe(true);
    expect((await keysOf(it).retire(console, { kid, atOnce: true })).ok).toBe(true);
    await it.signup();
    expect(kidOf((await login(it)).accessToken)).not.toBe(kid);
  });

  test('is no successor: somebody signs also when its end has come', async () => {
    const it = await testAuth();
    await it.signup();
    const old = kidOf((await login(it)).accessToken);
    const { kid } = await generate(it);
    it.clock.advance(3);
    settled(await keysOf(it).retire(console, { kid: old, atOnce: false }));
    expect(await keysOf(it).retire(console, { kid, atOnce: true })).toMatchObject({
      ok: false,
      code: 'BAD_USER_INPUT',
    });
    it.clock.advance(3600);
    expect(kidOf((await login(it)).accessToken)).toBe(kid);
  });
});

describe('a key that another node has made', () => {
  test('is looked for by the first token that names it, and at most once a second', async () => {
    const it = await testAuth();
    const { accessToken } = await it.signup();
    const there = await testAuth({}, { before: it });
    await rotate(it, 'access', true);
    const next = await login(it);
    expect(await read(there, next.accessToken)).toBe('accepted');

    it.statements.length = 0;
    for (let round = 0; round < 50; round++) await read(there, under(`k${round}`, accessToken));
    it.clock.advance(1);
    for (let round = 50; round < 99; round++) await read(there, under(`k${round}`, accessToken));
    // Timers of both nodes may look once each meanwhile.
    const looks = it.statements.filter((sql) => /FROM keys/.test(sql)).length;
    expect(looks).toBeGreaterThanOrEqual(1);
    expect(looks).toBeLessThanOrEqual(4);
  });

  test('is known within a second where nobody asks', async () => {
    const it = await testAuth();
    const { store, clock } = it;
    const keys = await createKeys({ algorithm: 'HS256' }, { store, clock, log: silentLog });
    open.push(keys);
    const { kid } = await rotate(it);
    expect(keys.access().byKid.has(kid)).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(keys.access().byKid.has(kid)).toBe(true);
  });
});

test('a clock that ran ahead until a retired key was erased, and was set back, stops no start', async () => {
  const it = await testAuth();
  await it.signup();
  await rotate(it, 'refresh');
  await rotate(it);
  it.clock.advance(8 * 86_400);
  await it.auth.services.upkeep.pruneNow();
  it.clock.advance(-8 * 86_400 + 10);
  const again = await testAuth({}, { before: it });
  expect(await login(again)).toMatchObject({ accessToken: expect.any(String) });
});

describe('a key pair', () => {
  const es256 = { jwt: { algorithm: 'ES256' as const }, keyPublishDelay: '10m' };
  const withPair = async () => {
    const before = await testAuth();
    const generate = { purpose: 'access', algorithm: 'ES256' } as const;
    const first = settled(await before.auth.services.keys.generate(console, generate));
    const it = await testAuth(es256, { before });
    return { it, first, published: () => it.auth.services.wellKnown.jwks().keys };
  };

  test('is published for the publish delay before it signs, and the first signs at once', async () => {
    const { it, first, published } = await withPair();
    await it.signup();
    expect(kidOf((await login(it)).accessToken)).toBe(first.kid);
    const { kid, signsFrom } = await rotate(it);
    expect(signsFrom).toBe(it.clock.now() + 10 * MINUTE);
    expect(new Set(published().map((key) => key['kid']))).toEqual(new Set([first.kid, kid]));
    it.clock.set(signsFrom - SECOND);
    expect(kidOf((await login(it)).accessToken)).toBe(first.kid);
    it.clock.set(signsFrom);
    expect(kidOf((await login(it)).accessToken)).toBe(kid);
  });

  test('is published in no part that is secret, and stays until its last token has expired', async () => {
    const { it, first, published } = await withPair();
    const { kid, signsFrom } = await rotate(it);
    for (const key of published())
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    it.clock.set(signsFrom + 5 * MINUTE);
    expect(published().map((key) => key['kid'])).toContain(first.kid);
    it.clock.set(signsFrom + 6 * MINUTE);
    expect(published().map((key) => key['kid'])).toEqual([kid]);
  });

  test('made before the algorithm is changed is published by servers that still sign with secrets', async () => {
    const it = await testAuth();
    const { keys, wellKnown } = it.auth.services;
    const generate = { purpose: 'access', algorithm: 'PS256' } as const;
    const { kid } = settled(await keys.generate(console, generate));
    expect(wellKnown.jwks().keys.map((key) => key['kid'])).toEqual([kid]);
    expect((await it.signup()).accessToken).toMatch(/^eyJ/);
    expect(wellKnown.jwks().keys).toHaveLength(1);
  });

  test('after the algorithm has changed from secrets to pairs, old tokens are renewed, not refused', async () => {
    const before = await testAuth();
    const old = await before.signup();
    const generate = { purpose: 'access', algorithm: 'ES256' } as const;
    settled(await before.auth.services.keys.generate(console, generate));
    const it = await testAuth(es256, { before });
    expect(await read(it, old.accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    const next = await refresh(it, old.refreshToken);
    expect(await read(it, next.accessToken)).toBe('accepted');
  });
});

describe('keys of the settings', () => {
  const pairOf = () =>
    generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
  const es256 = () => ({ jwt: { algorithm: 'ES256' as const, ...pairOf() } });

  test('are not rotated here, with a sentence that says where', async () => {
    const it = await testAuth({ jwt: { secretKey: 'a secret of more than thirty-two bytes' } });
    const { accessToken } = await it.person('root@example.com', ['admin']);
    for (const purpose of ['access', 'refresh'] as const) {
      expect(await it.auth.services.keys.rotate(console, { purpose, atOnce: true })).toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringMatching(/JWT_SECRET_KEY\)\. Put the new secret first/),
      });
    }
    const answer = await it.run('mutation { rotateSigningKey { kid } }', { token: accessToken });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(answer.data).toEqual({ rotateSigningKey: null });
  });

  test('replaced by another pair at a restart log nobody out: old tokens are renewed', async () => {
    const before = await testAuth(es256());
    const old = await before.signup();
    const it = await testAuth(es256(), { before });
    expect(await read(it, old.accessToken)).toBe('UNAUTHENTICATED TOKEN_EXPIRED');
    const next = await refresh(it, old.refreshToken);
    expect(await read(it, next.accessToken)).toBe('accepted');
  });

  test('beside a pair the refresh secrets are the store’s, and turn over there', async () => {
    const it = await testAuth(es256());
    const { refreshToken } = await it.signup();
    await rotate(it, 'refresh');
    it.clock.advance(2);
    const next = await refresh(it, refreshToken);
    expect(kidOf(next.refreshToken)).not.toBe(kidOf(refreshToken));
    expect(
      await it.auth.services.keys.rotate(console, { purpose: 'access', atOnce: false }),
    ).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('JWT_PRIVATE_KEY'),
    });
  });

  test('several secrets: what the second has signed is read after the first was put before it', async () => {
    const [a, b] = [
      'a secret of more than thirty-two bytes',
      'b secret of more than thirty-two bytes',
    ];
    const before = await testAuth({ jwt: { secretKey: b } });
    const old = await before.signup();
    const it = await testAuth({ jwt: { secretKey: [a, b] } }, { before });
    expect(await read(it, old.accessToken)).toBe('accepted');
    const next = await refresh(it, old.refreshToken);
    expect(kidOf(next.accessToken)).not.toBe(kidOf(old.accessToken));
    expect(kidOf(next.refreshToken)).not.toBe(kidOf(old.refreshToken));
  });
});

describe('rotateSigningKey', () => {
  const mutation = 'mutation { rotateSigningKey { kid algorithm createdAt signsFrom retiredAt } }';

  test('answers the new key, and writes down who made it', async () => {
    const it = await testAuth();
    const root = await it.person('root@example.com', ['admin']);
    const { data } = await it.run(mutation, { token: root.accessToken });
    const now = it.clock.now();
    expect(data.rotateSigningKey).toEqual({
      kid: expect.any(String),
      algorithm: 'HS256',
      createdAt: new Date(now).toISOString(),
      signsFrom: new Date(now + 2 * SECOND).toISOString(),
      retiredAt: null,
    });
    const [event] = await it.store.auditEvents({ event: 'key_created', limit: 1 });
    expect(event).toMatchObject({ actorId: root.user.id, ipAddress: '192.0.2.1' });
    expect(event?.details).toMatchObject({ kid: data.rotateSigningKey.kid, purpose: 'access' });
  });

  test('needs keys:write, and makes no key for who has it not', async () => {
    const it = await testAuth();
    const { accessToken } = await it.signup();
    const before = await it.store.keys();
    for (const token of [accessToken, null]) {
      const answer = await it.run(mutation, { token });
      expect(codeOf(answer)).toMatch(token ? 'FORBIDDEN INSUFFICIENT_SCOPE' : 'UNAUTHENTICATED');
    }
    expect(await it.store.keys()).toEqual(before);
  });
});
