import { describe, expect, test } from '@jest/globals';
import { inspectToken } from '../../src/cli/inspection.js';
import { configOf } from '../config/load.js';

const NOW = 1_800_000_000;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const goodHeader = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' };
const goodClaims = { sub: 'u', sid: 's', gen: 0, iat: NOW - 10, exp: NOW + 290 };

const inspect = (header: object, claims: object, jwt: object = {}) =>
  inspectToken(
    `${part({ ...goodHeader, ...header })}.${part({ ...goodClaims, ...claims })}.c2ln`,
    configOf({ code: { jwt } }).jwt,
    NOW,
  );

describe('a token is read without its key', () => {
  test('a good one has no problems', () => {
    const { tokenType, header, claims, problems } = inspect({}, {});
    expect({ tokenType, header, claims, problems }).toEqual({
      tokenType: 'ACCESS',
      header: goodHeader,
      claims: goodClaims,
      problems: [],
    });
    expect(inspect({ typ: 'rt+jwt' }, { exp: NOW + 600_000 }).tokenType).toBe('REFRESH');
  });

  test.each<[string, object, object, RegExp, object?]>([
    ['typ', { typ: 'JWT' }, {}, /typ is "JWT"; an access token has at\+jwt/],
    ['alg none', { alg: 'none' }, {}, /alg is "none", which signs nothing here/],
    ['alg of a refresh token', { typ: 'rt+jwt', alg: 'RS256' }, {}, /always signed with HS256/],
    ['kid', { kid: undefined }, {}, /kid is missing/],
    ['crit', { crit: ['x'] }, {}, /The header has members beyond alg, typ, kid: "crit"\.$/],
    ['no exp', {}, { exp: undefined }, /exp is missing/],
    ['expired', {}, { exp: NOW - 300 }, /It expired 5m ago, at 2027-01-15T07:55:00.000Z/],
    ['expires now', {}, { exp: NOW }, /It expired 0s ago/],
    ['iat', {}, { iat: 1.5 }, /iat is missing or no whole number/],
    ['future', {}, { iat: NOW + 61, exp: NOW + 62 }, /issued in the future/],
    ['nbf', {}, { nbf: NOW + 61 }, /nbf is in the future/],
    ['too long', {}, { exp: NOW + 291 }, /It lives 301s, longer than JWT_EXPIRATION_DELTA \(5m\)/],
    ['sub', {}, { sub: '' }, /sub \(the user\) is missing/],
    ['sid', {}, { sid: 1 }, /sid \(the session\) is missing/],
    ['gen', {}, { gen: '0' }, /gen \(the generation\) is missing/],
    ['aud', {}, { aud: 'x' }, /aud is "x"; JWT_AUDIENCE is not set/],
    ['other aud', {}, { aud: ['x'] }, /JWT_AUDIENCE is "y"/, { audience: 'y' }],
    ['iss', {}, {}, /iss is missing; JWT_ISSUER is "i"/, { issuer: 'i' }],
  ])('%s', (_, header, claims, sentence, jwt = {}) => {
    expect(inspect(header, claims, jwt).problems).toEqual([expect.stringMatching(sentence)]);
  });

  test('what the settings ask for is no problem', () => {
    expect(inspect({}, { exp: NOW - 1 }, { leeway: 2 }).problems).toEqual([]);
    expect(inspect({}, { aud: ['x', 'y'] }, { audience: 'y' }).problems).toEqual([]);
    expect(inspect({}, { exp: NOW + 590 }, { expirationDelta: '10m' }).problems).toEqual([]);
  });

  test.each([
    ['', /^It does not consist of three parts/],
    ['a.b', /^It does not consist of three parts/],
    [`${part(goodHeader)}=.${part(goodClaims)}.c2ln`, /^The header is empty or not canonical/],
    [`${part(goodHeader)}.${part([])}.c2ln`, /^The payload is not a JSON object/],
    [`${part(goodHeader)}.${part(goodClaims)}.`, /^The signature is empty or not canonical/],
  ])('%j is malformed', (token, sentence) => {
    const { problems } = inspectToken(token, configOf({}).jwt, NOW);
    expect(problems).toEqual([expect.stringMatching(sentence)]);
  });
});
