import { describe, expect, test } from '@jest/globals';
import { judgeClaims, type ClaimRules } from '../../src/tokens/claims.js';
import { accessClaims, NOW, refreshClaims, rules } from './sample.js';

const access = (changed: object, options: Partial<ClaimRules<'at+jwt'>> = {}) =>
  judgeClaims({ ...accessClaims, ...changed }, { ...rules('at+jwt'), ...options });
const refresh = (changed: object, options: Partial<ClaimRules<'rt+jwt'>> = {}) =>
  judgeClaims({ ...refreshClaims, ...changed }, { ...rules('rt+jwt'), ...options });

describe('a token is refused', () => {
  const times = ['exp', 'iat', 'orig_iat', 'auth_time'];
  const noTimes = [undefined, null, String(NOW), NOW + 0.5, Infinity, NaN, 1e300, [NOW], true];
  const names = ['sub', 'sid', 'jti'];
  const rows: [string, unknown][] = [
    ...times.flatMap((claim) => noTimes.map((value): [string, unknown] => [claim, value])),
    ...names.flatMap((claim) =>
      [undefined, null, '', 1, ['x'], {}].map((value): [string, unknown] => [claim, value]),
    ),
    ...[undefined, null, -1, 1.5, '1', 2 ** 53].map((value): [string, unknown] => ['gen', value]),
    ...[null, '1', NOW + 0.5].map((value): [string, unknown] => ['nbf', value]),
    ...[null, 1, ['x']].map((value): [string, unknown] => ['iss', value]),
  ];
  test.each(rows)('of either kind when %s is %p', (claim, value) => {
    const why = expect.stringContaining(`${claim} is not`);
    expect(access({ [claim]: value })).toEqual({ kind: 'invalid', why });
    expect(refresh({ [claim]: value })).toEqual({ kind: 'invalid', why });
  });

  test.each([
    ['scope', undefined],
    ['scope', ['a']],
    ['roles', undefined],
    ['roles', 'admin'],
    ['roles', [1]],
    ['roles', { length: 0 }],
    ['ver', undefined],
    ['ver', 1],
  ])('for access when %s is %p', (claim, value) => {
    expect(access({ [claim]: value }).kind).toBe('invalid');
  });
});

describe('who issued it and for whom', () => {
  test.each([
    ['a token without aud, none expected', undefined, undefined, 'valid'],
    ['a token with aud, none expected', 'api', undefined, 'invalid'],
    ['a token with an empty list, none expected', [], undefined, 'invalid'],
    ['a token with aud null, none expected', null, undefined, 'invalid'],
    ['the expected aud', 'api', 'api', 'valid'],
    ['the expected aud in a list', ['web', 'api'], 'api', 'valid'],
    ['no aud', undefined, 'api', 'invalid'],
    ['another aud', 'API', 'api', 'invalid'],
    ['a list of others', ['web'], 'api', 'invalid'],
    ['an empty list', [], 'api', 'invalid'],
    ['a list with a number', ['api', 1], 'api', 'invalid'],
    ['a part of the text', 'my-api', 'api', 'invalid'],
    ['an object', { api: true }, 'api', 'invalid'],
  ])('%s', (_, aud, audience, kind) => {
    expect(access({ aud }, { audience }).kind).toBe(kind);
    expect(refresh({ aud }, { audience }).kind).toBe(kind);
  });

  test.each([
    ['https://a.example', 'https://a.example', 'valid'],
    ['https://a.example/', 'https://a.example', 'invalid'],
    [undefined, 'https://a.example', 'invalid'],
    ['https://b.example', undefined, 'valid'],
  ])('iss %p where %p is expected is %s', (iss, issuer, kind) => {
    expect(access({ iss }, { issuer }).kind).toBe(kind);
  });
});

describe('time', () => {
  test('ends a token in the second of its exp, plus the leeway', () => {
    expect(access({ exp: NOW + 1 }).kind).toBe('valid');
    expect(access({ exp: NOW }).kind).toBe('expired');
    expect(access({ exp: NOW }, { leeway: 5 }).kind).toBe('valid');
    expect(access({ exp: NOW - 5 }, { leeway: 5 }).kind).toBe('expired');
    expect(refresh({ exp: NOW }).kind).toBe('expired');
  });

  test('of issue may be 60 s ahead; further ahead an access token is expired, to be renewed', () => {
    expect(access({ iat: NOW + 60 }).kind).toBe('valid');
    expect(access({ iat: NOW + 61 }).kind).toBe('expired');
    expect(access({ iat: NOW + 61 }, { verifyExpiration: false }).kind).toBe('expired');
  });

  test('of issue does not count for a refresh token: the row decides', () => {
    expect(refresh({ iat: NOW + 1_000_000, exp: NOW + 2_000_000 }).kind).toBe('valid');
  });

  test('a lifetime beyond the present setting is expired; null allows any', () => {
    expect(access({ iat: NOW - 10, exp: NOW + 290 }).kind).toBe('valid');
    expect(access({ iat: NOW - 10, exp: NOW + 291 }).kind).toBe('expired');
    expect(access({ iat: NOW - 10, exp: NOW + 9999 }, { maxLifetime: null }).kind).toBe('valid');
    expect(refresh({ exp: NOW + 9999 }).kind).toBe('valid');
  });

  test('before which a token is not good makes it invalid, but for skewed clocks', () => {
    expect(access({ nbf: NOW + 60 }).kind).toBe('valid');
    expect(access({ nbf: NOW + 61 }).kind).toBe('invalid');
    expect(access({ nbf: NOW + 65 }, { leeway: 5 }).kind).toBe('valid');
  });

  test('can be left out of account, but exp must still be there', () => {
    const options = { verifyExpiration: false };
    expect(access({ exp: NOW - 1000 }, options).kind).toBe('valid');
    expect(access({ exp: NOW + 9999 }, options).kind).toBe('valid');
    expect(access({ exp: undefined }, options).kind).toBe('invalid');
  });

  test('is judged last: what is wrong besides makes an expired token invalid', () => {
    const wrong = [{ sub: '' }, { aud: 'x' }, { nbf: NOW + 999 }, { roles: 'x' }];
    for (const changed of wrong) {
      expect(access({ exp: NOW - 1, ...changed }).kind).toBe('invalid');
    }
    expect(access({ exp: NOW - 1 })).toMatchObject({
      kind: 'expired',
      claims: { sid: 'session-1' },
    });
  });
});
