import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { AccessClaims } from '../../src/tokens/claims.js';
import { createTokenCache, type TokenCache } from '../../src/tokens/cache.js';
import { signToken } from '../../src/tokens/jwt.js';
import { accessClaims, accessRing, NOW } from './sample.js';

/** Twice, as a token that is used twice. */
function keep(cache: TokenCache, token: string, claims: AccessClaims): void {
  for (let time = 0; time < 2; time++) cache.set(token, claims);
}

describe('the cache of verified tokens', () => {
  test('keeps a token from the second time on: those that come once fill no memory', () => {
    const cache = createTokenCache({ leeway: 0 });
    cache.set('t', accessClaims);
    expect([cache.size, cache.get('t', NOW)]).toEqual([0, undefined]);
    cache.set('t', accessClaims);
    expect([cache.size, cache.get('t', NOW)]).toEqual([1, accessClaims]);
  });

  test('knows a thousand tokens again, whatever a hundred thousand others have left', () => {
    const cache = createTokenCache({ leeway: 0 });
    const tokens = Array.from({ length: 1000 }, () => randomBytes(32).toString('base64url'));
    for (let n = 0; n < 100_000; n++)
      cache.set(randomBytes(32).toString('base64url'), accessClaims);
    expect(cache.size).toBeLessThan(100);
    for (const token of tokens) keep(cache, token, accessClaims);
    expect(tokens.filter((token) => cache.get(token, NOW) === undefined)).toEqual([]);
  });

  test('answers with the very claims that were set', () => {
    const cache = createTokenCache({ leeway: 0 });
    keep(cache, 't', accessClaims);
    expect(cache.get('t', NOW)).toBe(accessClaims);
    expect(cache.get('T', NOW)).toBeUndefined();
  });

  test('believes no other token that ends as one that it knows', () => {
    const cache = createTokenCache({ leeway: 0 });
    const end = randomBytes(32).toString('base64url');
    const [known, other] = [`a.b.${end}`, `a.c.${end}`];
    keep(cache, known, accessClaims);
    expect(cache.get(other, NOW)).toBeUndefined();
    const theirs = { ...accessClaims, sub: 'other' };
    keep(cache, other, theirs);
    expect(cache.get(other, NOW)).toBe(theirs);
    expect(cache.get(known, NOW)).toBeUndefined();
  });

  test('forgets a token in the second of its exp, plus the leeway', () => {
    const cache = createTokenCache({ leeway: 5 });
    keep(cache, 't', accessClaims);
    expect(cache.get('t', accessClaims.exp + 4)).toBe(accessClaims);
    expect(cache.get('t', accessClaims.exp + 5)).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  test('does not answer while the clock is set back to before the token', () => {
    const cache = createTokenCache({ leeway: 0 });
    keep(cache, 't', accessClaims);
    keep(cache, 'n', { ...accessClaims, nbf: NOW + 30 });
    expect(cache.get('t', accessClaims.iat - 60)).toBe(accessClaims);
    expect(cache.get('t', accessClaims.iat - 61)).toBeUndefined();
    expect(cache.get('n', NOW - 31)).toBeUndefined();
    expect(cache.get('t', NOW)).toBe(accessClaims);
  });

  test('is bounded in tokens and in characters; the least recently used goes first', () => {
    const cache = createTokenCache({ leeway: 0, maxTokens: 2 });
    for (const token of ['a', 'b', 'c']) {
      keep(cache, token, accessClaims);
      cache.get('a', NOW);
    }
    expect([cache.size, cache.get('b', NOW), cache.get('a', NOW)]).toEqual([
      2,
      undefined,
      accessClaims,
    ]);

    const small = createTokenCache({ leeway: 0, maxCharacters: 10 });
    keep(small, '123456', accessClaims);
    keep(small, 'abcdef', accessClaims);
    keep(small, 'longer than all', accessClaims);
    expect([small.size, small.get('abcdef', NOW)]).toEqual([1, accessClaims]);
  });

  test('is emptied by clear', () => {
    const cache = createTokenCache({ leeway: 0 });
    keep(cache, 't', accessClaims);
    cache.clear();
    expect(cache.get('t', NOW)).toBeUndefined();
  });

  test('answers within a few microseconds, the text being new each time', () => {
    const cache = createTokenCache({ leeway: 0 });
    const token = signToken(accessClaims, 'at+jwt', accessRing.signing);
    keep(cache, token, accessClaims);
    const bytes = Buffer.from(token);
    const copies = Array.from({ length: 5000 }, () => bytes.toString('latin1'));
    const rounds = Array.from({ length: 5 }, (_, round) => {
      const start = performance.now();
      for (const copy of copies.slice(round * 1000, (round + 1) * 1000)) cache.get(copy, NOW);
      return performance.now() - start;
    });
    // Milliseconds of a thousand, so microseconds of one; the best, for other tests run beside this one.
    const microseconds = Math.min(...rounds);
    // About 1 here; a verification takes more than 10.
    expect(microseconds).toBeLessThan(8);
  });
});
