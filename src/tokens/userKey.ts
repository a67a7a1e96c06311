import { createHmac, createSecretKey } from 'node:crypto';
import { factsOf, isSymmetric } from './algorithms.js';
import type { TokenKey } from './tokenKey.js';

/**
 * The key of one user: the HMAC of the ring's secret over the user's, as long as the algorithm's hash (RFC 7518
 * §3.2). It has the `kid` of the ring's key, which names no user. Null for a key of a pair, which has no secret.
 */
export function userKey(key: TokenKey, secret: Uint8Array): TokenKey | null {
  const { kid, algorithm, verifyWith } = key;
  if (!isSymmetric(algorithm)) return null;
  const hash = `sha${factsOf(algorithm).hashLength * 8}`;
  const own = createSecretKey(createHmac(hash, verifyWith).update(secret).digest());
  return { kid, algorithm, signWith: key.signWith && own, verifyWith: own };
}
