import { describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { isForeign, verifyLegacy, type LegacyRules } from '../../src/tokens/legacy.js';
import { generatePemPair, importPem, importSecret } from '../../src/tokens/keys.js';

const SECRET = 'x)v1f*8u!6a4z%k0m@r2w^t7y&q5e3d9c-j+b=h(n#g_s$l_oi';
const NOW = 1_893_456_000;
const key = importSecret(new TextEncoder().encode(SECRET), 'HS256');
const rules: LegacyRules = {
  kind: 'drf-jwt',
  keys: [key],
  now: NOW,
  leeway: 0,
  lifetime: 300,
  tokenTypeClaim: 'token_type',
};

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs whatever it is given, as an attacker with the key would. */
function token(payload: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }, secret = SECRET) {
  const body = `${part(header)}.${part(payload)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

const good = { user_id: 7, username: 'ann', exp: NOW + 300 };
const kindOf = (text: string, more: Partial<LegacyRules> = {}) =>
  verifyLegacy(text, { ...rules, ...more }).kind;
const whyOf = (text: string, more: Partial<LegacyRules> = {}) => {
  const result = verifyLegacy(text, { ...rules, ...more });
  return 'why' in result ? result.why : result.kind;
};

describe('a token of another system', () => {
  test('is what it says, and as old as it says', () => {
    expect(verifyLegacy(token({ ...good, orig_iat: NOW - 9 }), rules)).toEqual({
      kind: 'valid',
      claims: { payload: { ...good, orig_iat: NOW - 9 }, iat: NOW - 9, exp: NOW + 300 },
    });
  });

  test('without a time of issue is as old as a token with that end can be', () => {
    const aged = verifyLegacy(token({ ...good, exp: NOW + 100 }), rules);
    expect(aged).toMatchObject({ kind: 'valid', claims: { iat: NOW - 200 } });
  });

  test('counts from the earliest of its times', () => {
    const times = { iat: NOW, orig_iat: NOW - 50, origIat: NOW - 99 };
    expect(verifyLegacy(token({ ...good, ...times }), rules)).toMatchObject({
      claims: { iat: NOW - 99 },
    });
  });

  test('is none of ours, though the key be the same', () => {
    expect(whyOf(token({ ...good, sid: 's', gen: 0 }))).toBe('it is a token of ours');
    // Others have claims of these names too.
    for (const one of [{ sid: 's' }, { gen: 0 }])
      expect(kindOf(token({ ...good, ...one }))).toBe('valid');
  });

  test('has expired at its exp, or the leeway later', () => {
    const ending = token({ ...good, exp: NOW });
    expect(kindOf(ending)).toBe('expired');
    expect(kindOf(ending, { leeway: 1 })).toBe('valid');
  });

  test('may have its header in any order, without typ, or with typ in lower case', () => {
    for (const header of [
      { typ: 'JWT', alg: 'HS256' },
      { alg: 'HS256' },
      { alg: 'HS256', typ: 'jwt' },
    ]) {
      expect(kindOf(token(good, header))).toBe('valid');
    }
  });

  test('is verified by any of several keys', () => {
    const other = importSecret(new TextEncoder().encode('y'.repeat(50)), 'HS256');
    expect(kindOf(token(good), { keys: [other, key] })).toBe('valid');
    expect(kindOf(token(good), { keys: [other] })).toBe('invalid');
  });
});

describe('refused is a token', () => {
  test.each([
    ['of another secret', token(good, undefined, 'y'.repeat(50)), 'the signature does not match'],
    [
      'of alg none',
      `${part({ alg: 'none', typ: 'JWT' })}.${part(good)}.AA`,
      'alg is not that of the key',
    ],
    [
      'that chooses its algorithm',
      token(good, { alg: 'HS512', typ: 'JWT' }),
      'alg is not that of the key',
    ],
    ['with a kid', token(good, { alg: 'HS256', typ: 'JWT', kid: 'a' }), /members beyond/],
    ['with crit', token(good, { alg: 'HS256', crit: ['exp'] }), /members beyond/],
    ['of our type', token(good, { alg: 'HS256', typ: 'at+jwt' }), 'typ is not JWT'],
    ['of our refresh type', token(good, { alg: 'HS256', typ: 'rt+jwt' }), 'typ is not JWT'],
    ['of our type in capitals', token(good, { alg: 'HS256', typ: 'AT+JWT' }), 'typ is not JWT'],
    ['with a typ that is no text', token(good, { alg: 'HS256', typ: ['JWT'] }), 'typ is not JWT'],
    ['without exp', token({ user_id: 7 }), 'exp is missing'],
    ['with exp null', token({ ...good, exp: null }), 'exp is not an integer'],
    ['with exp as text', token({ ...good, exp: String(NOW + 9) }), 'exp is not an integer'],
    ['with a broken exp', token({ ...good, exp: NOW + 0.5 }), 'exp is not an integer'],
    ['with an endless exp', token('{"user_id":7,"exp":1e999}'), 'exp is not an integer'],
    ['with orig_iat as text', token({ ...good, orig_iat: '1' }), 'orig_iat is not an integer'],
    [
      'with a time of issue to come',
      token({ ...good, iat: NOW + 61 }),
      'it was issued in the future',
    ],
    ['that begins later', token({ ...good, nbf: NOW + 61 }), 'it was issued in the future'],
    [
      'that lives for a year',
      token({ ...good, exp: NOW + 31_536_000 }),
      'it lives longer than lifetime',
    ],
    ['for an audience', token({ ...good, aud: 'api' }), 'aud is for somebody else'],
    ['that is a list', token([good]), 'the payload is not a JSON object'],
    ['that is no JSON', token('x'), /not/],
    ['for refreshing', token({ ...good, token_type: 'refresh' }), 'token_type is not access'],
  ])('%s', (_, text, why) => {
    expect(whyOf(text)).toMatch(why);
  });

  test.each([
    ['', 'a', 'a.b', 'a.b.c.d', `${token(good)}=`, `${token(good)} `, 'x'.repeat(9000)],
    [token(good).replace('.', '..')],
  ])('without the shape of one', (...texts) => {
    for (const text of texts) expect(kindOf(text)).toBe('malformed');
  });

  test('written in other letters than its bytes make: a list keyed by text is not walked around', () => {
    const text = token(good);
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.indexOf(
      text.at(-1) as string,
    );
    const other = `${text.slice(0, -1)}${'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[last + 1]}`;
    expect(kindOf(other)).toBe('malformed');
  });

  test('whose secret is the public key', async () => {
    const { publicKey } = await generatePemPair('RS256');
    const forged = token(good, { alg: 'HS256', typ: 'JWT' }, publicKey);
    expect(whyOf(forged, { keys: [importPem(publicKey, 'RS256')] })).toBe(
      'alg is not that of the key',
    );
  });

  test('of the wrong issuer or audience, where these are asked for', () => {
    const named = token({ ...good, iss: 'old', aud: ['a', 'api'] });
    expect(kindOf(named, { issuer: 'old', audience: 'api' })).toBe('valid');
    expect(whyOf(named, { issuer: 'new', audience: 'api' })).toBe('iss is another issuer');
    expect(whyOf(named, { issuer: 'old', audience: 'b' })).toBe('aud is for somebody else');
    expect(whyOf(token(good), { audience: 'api' })).toMatch('aud is missing');
  });

  test('of simplejwt that says nothing of its type', () => {
    const simple = { kind: 'simplejwt' } as const;
    expect(whyOf(token(good), simple)).toBe('token_type is not access');
    expect(kindOf(token({ ...good, token_type: 'access' }), simple)).toBe('valid');
    expect(kindOf(token({ ...good, token_type: 'sliding' }), simple)).toBe('valid');
    const renamed = { ...simple, tokenTypeClaim: 'use' };
    expect(kindOf(token({ ...good, use: 'access' }), renamed)).toBe('valid');
    expect(kindOf(token({ ...good, use: 'refresh', token_type: 'access' }), renamed)).toBe(
      'invalid',
    );
  });
});

test('whose a token is its typ tells, and what cannot be read is ours to refuse', () => {
  for (const header of [{}, { typ: 'JWT' }, { typ: 'AT+JWT' }, { typ: 3 }]) {
    expect(isForeign(token(good, header))).toBe(true);
  }
  const ours = [{ typ: 'at+jwt' }, { typ: 'rt+jwt' }].map((header) => token(good, header));
  for (const text of [...ours, '', '.', 'x', '..', part([]), 'x'.repeat(20_000)]) {
    expect(isForeign(text)).toBe(false);
  }
});
