import { describe, expect, test } from '@jest/globals';
import jsonwebtoken from 'jsonwebtoken';
import { deriveRefreshSecret, importKeyPair, importSecret } from '../../src/tokens/keys.js';
import { signToken } from '../../src/tokens/jwt.js';
import { keyPair, SECRET } from '../config/samples.js';
import { cli, cliWithDatabase } from './cli.js';

const NOW = 1_800_000_000;
const bytes = new TextEncoder().encode(SECRET);
const claims = { sub: 'u', sid: 's', gen: 0, iat: NOW - 10, exp: NOW + 290, orig_iat: NOW - 10 };
const access = signToken(claims, 'at+jwt', importSecret(bytes, 'HS256'));
const refresh = signToken(claims, 'rt+jwt', importSecret(deriveRefreshSecret(bytes), 'HS256'));
const withKey = { env: { JWT_SECRET_KEY: SECRET }, now: NOW * 1000 };

const inspect = async (token: string, options: Parameters<typeof cli>[1]) => {
  const { code, stdout } = await cli(['token', 'inspect', token, '--json'], options);
  const { signature, problems, tokenType } = JSON.parse(stdout) as Record<string, unknown>;
  return { code, signature, problems, tokenType };
};

describe('token inspect', () => {
  test('says that the signature is right, of access and refresh tokens', async () => {
    const good = { code: 0, signature: 'right', problems: [] };
    expect(await inspect(access, withKey)).toEqual({ ...good, tokenType: 'ACCESS' });
    expect(await inspect(refresh, withKey)).toEqual({ ...good, tokenType: 'REFRESH' });
    const env = {
      JWT_ALGORITHM: 'RS256',
      JWT_PUBLIC_KEY: keyPair.publicKey,
      JWT_PRIVATE_KEY: keyPair.privateKey,
    };
    const token = signToken(claims, 'at+jwt', importKeyPair(keyPair, 'RS256'));
    expect(await inspect(token, { env, now: NOW * 1000 })).toEqual({
      ...good,
      tokenType: 'ACCESS',
    });
  });

  test('says that it is wrong, with the code 5', async () => {
    const at = access.lastIndexOf('.') + 1;
    const changed = `${access.slice(0, at)}${access[at] === 'A' ? 'B' : 'A'}${access.slice(at + 1)}`;
    expect(await inspect(changed, withKey)).toMatchObject({ code: 5, signature: 'wrong' });
    const env = { JWT_SECRET_KEY: SECRET.toUpperCase() };
    expect(await inspect(access, { ...withKey, env })).toMatchObject({
      code: 5,
      signature: 'wrong',
      problems: ['The signature is wrong: no key at hand has its kid.'],
    });
    // A refresh token is never signed as an access token is.
    const mixed = signToken(claims, 'rt+jwt', importSecret(bytes, 'HS256'));
    expect(await inspect(mixed, withKey)).toMatchObject({ code: 5, signature: 'wrong' });
  });

  test('says that it cannot tell where a handler has a part in it, and runs none', async () => {
    const unchecked = { code: 0, signature: 'unchecked', problems: [] };
    for (const [name, token, expected] of [
      ['JWT_GET_USER_SECRET_KEY', access, unchecked],
      ['JWT_GET_USER_SECRET_KEY', refresh, unchecked],
      ['JWT_DECODE_HANDLER', access, unchecked],
      ['JWT_DECODE_HANDLER', refresh, { code: 0, signature: 'right' }],
    ] as const) {
      const env = { ...withKey.env, [name]: './not-there.mjs#handler' };
      expect(await inspect(token, { ...withKey, env })).toMatchObject(expected);
    }
    const env = { ...withKey.env, JWT_DECODE_HANDLER: './not-there.mjs#handler' };
    const { stdout } = await cli(['token', 'inspect', access], { ...withKey, env });
    expect(stdout).toContain('Signature: not checked; jwt.decodeHandler has a part in it\n');
  });

  test('an expired token has a right signature and is bad', async () => {
    const { code, signature, problems } = await inspect(access, {
      ...withKey,
      now: (NOW + 600) * 1000,
    });
    expect({ code, signature }).toEqual({ code: 5, signature: 'right' });
    expect(problems).toEqual([expect.stringMatching(/^It expired 310s ago/)]);
  });

  test('without a key the signature is not checked, and how to give it is said', async () => {
    const { code, stdout } = await cli(['token', 'inspect', access], { now: NOW * 1000 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Access token\nHeader:\n {2}alg {8}"HS256"\n/);
    expect(stdout).toMatch(/\n {2}exp {8}1800000290 {2}2027-01-15T08:04:50\.000Z\n/);
    expect(stdout).toMatch(/\nSignature: not checked; give its key by JWT_SECRET_KEY/);
  });

  test('reads standard input, also with the scheme before the token', async () => {
    const now = NOW * 1000;
    expect((await cli(['token', 'inspect'], { stdin: `Bearer ${access}\n`, now })).code).toBe(0);
    expect((await cli(['token', 'inspect', '-'], { stdin: access, now })).code).toBe(0);
    expect((await cli(['token', 'inspect'], { stdin: '\n' })).code).toBe(2);
  });

  test('a token of a stranger gives the terminal no commands', async () => {
    const odd = { ...claims, 'a\u001b[2J\n': '\u009b2J\u202e', iss: '\u001b[2J' };
    const token = signToken(odd, 'at+jwt', importSecret(bytes, 'HS256'));
    const { stdout } = await cli(['token', 'inspect', token], withKey);
    expect(stdout).toContain('  a\\u001b[2J\\u000a     "\\u009b2J\\u202e"\n');
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u);
  });

  test('what is no token is said to be none, and not repeated', async () => {
    const { code, stdout, stderr } = await cli(['token', 'inspect', 'hidden'], withKey);
    expect(code).toBe(5);
    expect(stdout).toMatch(/^Not a token of Gatehouse\nSignature: not checked/);
    expect(stdout + stderr).not.toContain('hidden');
  });

  test('reads the pair of the database beside a secret, which makes the refresh tokens', async () => {
    const database = cliWithDatabase();
    const settings = ['--jwt-algorithm', 'ES256', '--jwt-secret-key', SECRET];
    await database.run(['migrate']);
    expect(await database.run(['keys', 'generate', ...settings])).toMatchObject({ code: 0 });
    const token = signToken(claims, 'at+jwt', importKeyPair(keyPair, 'RS256'));
    const { stdout } = await database.run(['token', 'inspect', token, ...settings]);
    expect(stdout).toContain('Signature: wrong');
    expect(stdout).toContain('no key at hand has its kid');
  });

  test('a database that is not there ends with 4, one without keys checks nothing', async () => {
    const database = cliWithDatabase();
    expect((await database.run(['token', 'inspect', access])).code).toBe(4);
    await database.run(['migrate']);
    const { stdout } = await database.run(['token', 'inspect', access]);
    expect(stdout).toContain('Signature: not checked');
  });
});

describe('token inspect of a token of another system', () => {
  const other = (payload: object, key = SECRET) =>
    jsonwebtoken.sign(JSON.stringify({ user_id: 2, exp: NOW + 300, ...payload }), key);
  const legacy = { kind: 'drf-jwt', until: '2031-01-01', key: SECRET };
  const options = (more: object = {}) => ({
    env: { GATEHOUSE_LEGACY_TOKENS: JSON.stringify({ ...legacy, ...more }) },
    now: NOW * 1000,
  });

  test('says what the server does: it is good, or why it is refused', async () => {
    const good = { code: 0, signature: 'right', problems: [] };
    expect(await inspect(other({}), options())).toMatchObject(good);
    expect(await inspect(`JWT ${other({})}`, options())).toMatchObject(good);
    const problems = async (token: string, more: object = {}) =>
      (await inspect(token, options(more))).problems;
    expect(await problems(other({ exp: NOW + 9000 }))).toEqual([
      'legacyTokens refuses it: it lives longer than lifetime.',
    ]);
    expect(await problems(other({}, SECRET.toUpperCase()))).toEqual([
      'legacyTokens refuses it: the signature does not match.',
    ]);
    expect(await problems(other({ exp: NOW - 1 }))).toEqual(['It has expired.']);
    expect(await problems(other({}), { until: '2020-01-01' })).toEqual([
      'legacyTokens accepts none since 2020-01-01T00:00:00.000Z.',
    ]);
  });

  test('judges ours as before, and without the setting all', async () => {
    const both = { ...options(), env: { ...options().env, ...withKey.env } };
    expect(await inspect(access, both)).toMatchObject({ code: 0, tokenType: 'ACCESS' });
    expect(await inspect(other({}), withKey)).toMatchObject({ code: 5 });
  });
});
