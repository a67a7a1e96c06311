import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkSignature } from '../../src/tokens/jwt.js';
import { createKeyRing, importJwk, isAlgorithm } from '../../src/tokens/keys.js';
import type { KeyRing } from '../../src/tokens/keys.js';
import type { TokenKey } from '../../src/tokens/tokenKey.js';

interface Vector {
  tcId: number;
  comment: string;
  result: 'valid' | 'invalid';
  jws?: string;
}

interface Group {
  comment: string;
  private: Record<string, unknown>;
  public?: Record<string, unknown>;
  tests: Vector[];
}

const load = (file: string): Group[] => {
  const path = join(import.meta.dirname, `../vectors/wycheproof/json_web_${file}_test.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { testGroups: Group[] }).testGroups;
};

/** The key or key set that verifies, under nothing but the strict import. Null when it is refused. */
function ringOf(group: Group): KeyRing | null {
  const given = group.public ?? group.private;
  const jwks = (given['keys'] ?? [given]) as Record<string, unknown>[];
  // Only the keys for encryption name no algorithm; they are tried with the one that their token names.
  const fallback = group.comment.startsWith('ec') ? 'ES256' : 'RS256';
  const imported: TokenKey[] = [];
  try {
    for (const jwk of jwks) imported.push(importJwk(jwk, 'alg' in jwk ? undefined : fallback));
    // A ring has a key that signs; these vectors only verify.
    return createKeyRing(imported.map((key) => ({ ...key, signWith: key.verifyWith })));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return null;
  }
}

const notTokens = [259, 264, 268, 272, 320, 325];
const disputed: Record<number, boolean> = {
  ...{ 346: false, 347: false, 350: false, 351: false },
  ...{ 367: true, 370: true, 372: false, 373: false },
};

const vectors = ['signature', 'key', 'crypto'].flatMap((file) =>
  load(file).flatMap((group) => {
    const ring = ringOf(group);
    return group.tests
      .filter((vector) => vector.jws !== undefined)
      .map(({ tcId, comment, result, jws }) => ({
        name: `${file} ${tcId} ${group.comment} ${comment}`,
        isImported: ring !== null,
        isAccepted: ring !== null && checkSignature(jws as string, ring, null).kind === 'signed',
        isValid: result === 'valid',
        isEmpty: file === 'signature' && notTokens.includes(tcId),
        verdict: file === 'signature' ? disputed[tcId] : undefined,
      }));
  }),
);

describe('the JWS vectors of Wycheproof', () => {
  const applicable = vectors.filter(({ isEmpty, verdict }) => !isEmpty && verdict === undefined);

  test('are 476, of which 462 apply without dispute', () => {
    expect([vectors.length, applicable.length]).toEqual([476, 462]);
  });

  test('come out as labelled, all 462', () => {
    const wrong = applicable.filter(({ isAccepted, isValid }) => isAccepted !== isValid);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('contain valid ones, so that refusing everything would not pass', () => {
    expect(applicable.filter(({ isValid }) => isValid)).toHaveLength(43);
  });

  test('with an empty payload are refused: no JWT has one', () => {
    expect(vectors.filter(({ isEmpty, isAccepted }) => isEmpty && isAccepted)).toEqual([]);
  });

  test('with a disputed label come out as the README says', () => {
    const wrong = vectors.filter((v) => v.verdict !== undefined && v.verdict !== v.isAccepted);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test('that are about the key are refused at its import', () => {
    const names = vectors.filter(({ isImported }) => !isImported).map(({ name }) => name);
    for (const about of ['roca', 'DuplicateKid', 'mixedSymmetry', '1024bit', 'Exponent1', 'Use']) {
      expect(names.filter((name) => name.includes(about))).not.toEqual([]);
    }
  });
});

test('an algorithm that is none of ours is no algorithm', () => {
  for (const name of ['none', 'hs256', 'HS1', 'EdDSA', 'toString', '__proto__', '', null, 1]) {
    expect(isAlgorithm(name)).toBe(false);
  }
});
