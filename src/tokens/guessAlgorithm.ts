import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Algorithm } from './algorithms.js';

const ofCurve: Readonly<Record<string, Algorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/**
 * The algorithm that a key as PEM, private or public, is most likely for: the one of its curve, and RS256 for RSA. Null
 * for what is no such key; the import says why.
 */
export function guessAlgorithm(pem: string): Algorithm | null {
  let key: KeyObject;
  try {
    // Takes a private one as well.
    key = createPublicKey(pem);
  } catch {
    return null;
  }
  if (key.asymmetricKeyType === 'rsa') return 'RS256';
  return ofCurve[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? null;
}
