import { describe, expect, test } from '@jest/globals';
import { decodeToken, signToken } from '../../src/tokens/jwt.js';
import { newSessionId, refreshTokenId } from '../../src/tokens/ids.js';
import { accessClaims, accessRing, encode } from './sample.js';

describe('a token that is only looked at', () => {
  const token = signToken(accessClaims, 'at+jwt', accessRing.signing);

  test('shows header and claims, its signature unasked', () => {
    const header = { alg: 'HS256', typ: 'at+jwt', kid: 'a' };
    const shown = { header, claims: accessClaims, problems: [] };
    expect(decodeToken(token)).toEqual(shown);
    expect(decodeToken(`${token.slice(0, -4)}AAAA`)).toEqual(shown);
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['it is not a text']],
    ['a word', 'abc', ['it does not consist of three parts between two dots']],
    ['too much', 'x'.repeat(8193), ['it is longer than 8192 characters']],
    [
      'an unsigned token of another kind',
      `${encode({ alg: 'none', crit: [] })}.${encode([1])}.`,
      [
        'the signature is empty or not canonical base64url without padding',
        'the payload is not a JSON object',
        'the header has members beyond alg, typ, kid: "crit"',
      ],
    ],
    [
      'sloppy base64url',
      `${encode({ alg: 'x' })}=.${encode({})}.AA`,
      ['the header is empty or not canonical base64url without padding'],
    ],
    [
      'dots',
      '..',
      [
        ...['header', 'payload', 'signature'].map(
          (part) => `the ${part} is empty or not canonical base64url without padding`,
        ),
        'the header is not a JSON object',
        'the payload is not a JSON object',
      ],
    ],
  ])('says what is wrong with %s', (_, text, problems) => {
    expect(decodeToken(text).problems).toEqual(problems);
  });

  test('shows what it can where the encoding is sloppy', () => {
    expect(decodeToken(`${encode({ alg: 'x' })}=.${encode({ a: 1 })}=.AA`)).toMatchObject({
      header: { alg: 'x' },
      claims: { a: 1 },
    });
  });
});

describe('identifiers', () => {
  test('of sessions are 128 random bits', () => {
    expect(newSessionId((size) => Buffer.alloc(size, 255))).toBe('_____________________w');
    expect(newSessionId()).not.toBe(newSessionId());
  });

  test('of refresh tokens follow from session and generation, and tell them apart', () => {
    expect(refreshTokenId('s', 1)).toBe(refreshTokenId('s', 1));
    expect(refreshTokenId('s', 1)).toMatch(/^[\w-]{22}$/);
    const ids = [refreshTokenId('s', 1), refreshTokenId('s', 11), refreshTokenId('s1', 1)];
    expect(new Set(ids).size).toBe(3);
  });
});
