import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import jsonwebtoken from 'jsonwebtoken';
import { createHmac } from 'node:crypto';
import { MAX_TOKEN_LENGTH } from '../../src/tokens/compact.js';
import { hasHmac, hmacOf } from '../../src/tokens/hmac.js';
import { signToken } from '../../src/tokens/jwt.js';
import { importSecret } from '../../src/tokens/keys.js';
import { accessClaims } from './sample.js';

const secret = Buffer.alloc(64, 'secret');

describe.each(['HS256', 'HS384', 'HS512'] as const)('a token under %s', (algorithm) => {
  const key = importSecret(secret, algorithm);
  const token = signToken(accessClaims, 'at+jwt', key);
  const signature = token.split('.')[2] as string;

  test('is the text that jsonwebtoken makes', () => {
    const header = { alg: algorithm, typ: 'at+jwt', kid: key.kid };
    const made = jsonwebtoken.sign(JSON.stringify(accessClaims), secret, { algorithm, header });
    expect(token).toBe(made);
    expect(signToken(accessClaims, 'at+jwt', key)).toBe(made);
  });

  test('of another type has another header', () => {
    const [head] = signToken(accessClaims, 'rt+jwt', key).split('.') as [string];
    const { typ } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { typ: string };
    expect(typ).toBe('rt+jwt');
  });

  test('is signed by its key and by no other', () => {
    expect(hasHmac(token, key)).toBe(true);
    expect(hasHmac(token, importSecret(Buffer.alloc(64, 'other'), algorithm))).toBe(false);
  });

  test.each([
    ['without its signature', token.slice(0, -signature.length)],
    ['with a signature cut short', token.slice(0, -1)],
    ['with a longer signature', `${token}A`],
    ['with a changed signature', `${token.slice(0, -signature.length)}_${signature.slice(1)}`],
    ['with changed claims', token.replace('.', '.A')],
    ['that is no token', 'x'],
  ])('is refused %s', (_, text) => {
    expect(hasHmac(text, key)).toBe(false);
  });
});

describe.each([
  ['HS256', 'sha256', 32],
  ['HS384', 'sha384', 48],
  ['HS512', 'sha512', 64],
] as const)('the HMAC under %s', (algorithm, hash, shortest) => {
  // From the shortest that is taken to beyond the block of the hash, which makes the key a hash of itself.
  const secrets = fc.uint8Array({ minLength: shortest, maxLength: 300 });
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ minLength: MAX_TOKEN_LENGTH - 2, maxLength: MAX_TOKEN_LENGTH + 2 }),
  );

  test('is that of OpenSSL, whatever the key and the text, in any order', () => {
    const keys = fc.array(secrets, { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(keys, fc.array(texts, { maxLength: 6 }), (bytes, signed) => {
        const made = bytes.map((secret) => importSecret(Buffer.from(secret), algorithm));
        for (const text of signed) {
          for (const [at, key] of made.entries()) {
            const due = createHmac(hash, bytes[at] as Uint8Array).update(text);
            expect(hmacOf(text, key)).toBe(due.digest('base64url'));
          }
        }
      }),
    );
  });

  test('is not taken from characters that only look like it when their upper bits are lost', () => {
    const key = importSecret(secret, algorithm);
    const token = signToken(accessClaims, 'at+jwt', key);
    const shifted = (at: number): string =>
      token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) + 0x100) + token.slice(at + 1);
    const places = [0, token.indexOf('.') + 1, token.length - 1];
    expect(places.map((at) => hasHmac(shifted(at), key))).toEqual([false, false, false]);
  });
});
