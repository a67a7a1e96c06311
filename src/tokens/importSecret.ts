import { createSecretKey } from 'node:crypto';
import { factsOf, isSymmetric, type Algorithm } from './algorithms.js';
import { secretKid } from './derive.js';
import { keyRefusal, type TokenKey } from './tokenKey.js';

const publicMaterial = /-----BEGIN (?:[A-Z0-9]+ )*(?:PUBLIC KEY|CERTIFICATE)-----/;

/**
 * Makes an HS key of a secret's bytes. `kid` defaults to one derived from the secret, the same on every node.
 * Throws a `TypeError` where the secret is shorter than the hash, or is a public key. Does not judge how
 * random the secret is.
 */
export function importSecret(secret: Uint8Array, algorithm: Algorithm, kid?: string): TokenKey {
  if (!isSymmetric(algorithm)) {
    throw keyRefusal(
      `a key pair for ${algorithm}`,
      'a secret was given',
      'Use HS256, HS384 or HS512 with a secret, or give a private and a public key.',
    );
  }
  const { hashLength } = factsOf(algorithm);
  // RFC 7518 §3.2: a key of the hash's size or larger.
  if (secret.length < hashLength) {
    throw keyRefusal(
      `a secret of at least ${hashLength} bytes for ${algorithm}`,
      `this one has ${secret.length}`,
      `Make one by: openssl rand -base64 ${(hashLength * 3) / 2}`,
    );
  }
  // RFC 8725 §3.1: a public key taken for a secret lets everybody sign.
  if (publicMaterial.test(Buffer.from(secret).toString('latin1'))) {
    throw keyRefusal(
      `a secret for ${algorithm}`,
      'this is a public key, which is no secret',
      'Set an RS, PS or ES algorithm, or make a secret by: openssl rand -base64 48',
    );
  }
  const key = createSecretKey(secret);
  return { kid: kid ?? secretKid(secret, algorithm), algorithm, signWith: key, verifyWith: key };
}
