import { describe, expect, test } from '@jest/globals';
import jsonwebtoken from 'jsonwebtoken';
import { hasHmac } from '../../src/tokens/hmac.js';
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
