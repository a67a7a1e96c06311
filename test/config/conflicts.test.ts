import { describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { problemsOf } from './load.js';
import { keyPair, SECRET } from './samples.js';

const { publicKey, privateKey } = keyPair;
const ecPair = () =>
  generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
const ec = ecPair();
const pair = { JWT_PUBLIC_KEY: publicKey, JWT_PRIVATE_KEY: privateKey };

describe('settings that contradict each other', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'one key of the pair',
      { JWT_PUBLIC_KEY: publicKey, JWT_ALGORITHM: 'RS256' },
      /JWT_PUBLIC_KEY is set and JWT_PRIVATE_KEY is not\. Set both, or neither\./,
    ],
    ['an HS algorithm with a key pair', pair, /JWT_ALGORITHM is HS256, which signs with a secret/],
    [
      'a secret shorter than the hash',
      { JWT_SECRET_KEY: 'hidden' },
      /JWT_SECRET_KEY is too short: HS256 asks for at least 32 bytes, and it has 6\. Make one with: openssl/,
    ],
    [
      'a secret long enough for a shorter hash only',
      { JWT_SECRET_KEY: SECRET.slice(0, 63), JWT_ALGORITHM: 'HS512' },
      /HS512 asks for at least 64 bytes, and it has 63/,
    ],
    [
      'the second of several secrets',
      { JWT_SECRET_KEY: JSON.stringify([SECRET, 'hidden']) },
      /Secret 2 of JWT_SECRET_KEY is too short/,
    ],
    [
      'a pair of another algorithm',
      { JWT_PUBLIC_KEY: ec.publicKey, JWT_PRIVATE_KEY: ec.privateKey, JWT_ALGORITHM: 'RS256' },
      /^JWT_PRIVATE_KEY with JWT_PUBLIC_KEY: Expected an RSA key of at least 2048 bits/,
    ],
    [
      'two keys that do not belong together',
      {
        JWT_PUBLIC_KEY: ecPair().publicKey,
        JWT_PRIVATE_KEY: ec.privateKey,
        JWT_ALGORITHM: 'ES256',
      },
      /the two do not belong together/,
    ],
    [
      'a public key in the place of a secret',
      { JWT_SECRET_KEY: publicKey },
      /^JWT_SECRET_KEY: Expected a secret for HS256, but this is a public key/,
    ],
    [
      'verify false in production',
      { NODE_ENV: 'production', JWT_VERIFY: 'false' },
      /^JWT_VERIFY is false, and this is production \(NODE_ENV\), where anybody could then be anybody\. Set it to true, or leave it unset\.$/,
    ],
    [
      'verifyExpiration false in production',
      { NODE_ENV: 'production', JWT_VERIFY_EXPIRATION: 'false' },
      /^JWT_VERIFY_EXPIRATION is false, and this is production .* Set it to true, or leave it unset; a longer life is JWT_EXPIRATION_DELTA\.$/,
    ],
    [
      'verify false beside a handler that reads tokens',
      { JWT_VERIFY: 'false', JWT_DECODE_HANDLER: './a.mjs#b' },
      /^JWT_VERIFY is false and JWT_DECODE_HANDLER is set, which alone says .* Unset one of them\.$/,
    ],
    [
      'secrets of users with a key pair',
      { ...pair, JWT_ALGORITHM: 'RS256', JWT_GET_USER_SECRET_KEY: './a.mjs#b' },
      /^JWT_GET_USER_SECRET_KEY is set, which mixes .* but JWT_ALGORITHM is RS256, which signs with a key pair\. Set JWT_ALGORITHM to HS256/,
    ],
    [
      'secrets of users with an algorithm whose pair is in the database',
      { JWT_ALGORITHM: 'ES256', JWT_GET_USER_SECRET_KEY: './a.mjs#b' },
      /^JWT_GET_USER_SECRET_KEY is set, .* JWT_ALGORITHM is ES256/,
    ],
    [
      'secrets of users with a handler that makes tokens',
      { JWT_ENCODE_HANDLER: './a.mjs#b', JWT_GET_USER_SECRET_KEY: './a.mjs#b' },
      /^JWT_GET_USER_SECRET_KEY and JWT_ENCODE_HANDLER are both set, .* Unset one of them\.$/,
    ],
    [
      'secrets of users with a handler that reads tokens',
      { JWT_DECODE_HANDLER: './a.mjs#b', JWT_GET_USER_SECRET_KEY: './a.mjs#b' },
      /^JWT_GET_USER_SECRET_KEY and JWT_DECODE_HANDLER are both set/,
    ],
    [
      'hidden tokens without a cookie',
      { GATEHOUSE_HIDE_TOKENS: 'true' },
      /^GATEHOUSE_HIDE_TOKENS is true, but JWT_AUTH_COOKIE is not set: .* Set JWT_AUTH_COOKIE to a cookie's name, such as gatehouse, or unset GATEHOUSE_HIDE_TOKENS\.$/,
    ],
    [
      'several processes with a database in memory',
      { GATEHOUSE_WORKERS: 'auto', GATEHOUSE_DATABASE: 'sqlite::memory:' },
      /^GATEHOUSE_WORKERS is auto, but GATEHOUSE_DATABASE is :memory:, .* Set GATEHOUSE_DATABASE to the path of a file, such as data\/gatehouse\.db, or unset GATEHOUSE_WORKERS\.$/,
    ],
  ])('%s', (_, env, sentence) => {
    const problems = problemsOf({ env });
    expect(problems).toEqual([expect.stringMatching(sentence)]);
    expect(problems.join()).not.toContain('hidden');
  });

  test('what production refuses is refused in code too, whoever reads no environment', () => {
    const code = { jwt: { verify: false, verifyExpiration: false } };
    expect(problemsOf({ code })).toEqual([]);
    expect(problemsOf({ code, nodeEnv: 'production' })).toEqual([
      expect.stringMatching(/^jwt\.verify is false, and this is production/),
      expect.stringMatching(/^jwt\.verifyExpiration is false, and this is production/),
    ]);
  });

  test('a pair may stand beside a secret, which then makes the refresh secret', () => {
    const env = { ...pair, JWT_ALGORITHM: 'RS256', JWT_SECRET_KEY: SECRET };
    expect(problemsOf({ env })).toEqual([]);
  });
});
