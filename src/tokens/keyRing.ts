import { keyRefusal, type TokenKey } from './tokenKey.js';

/** Keys that verify, and the one among them that signs. */
export interface KeyRing {
  readonly signing: TokenKey;
  readonly byKid: ReadonlyMap<string, TokenKey>;
}

/**
 * Puts keys into a ring: the first signs, all verify. Throws a `TypeError` where there is none, the first cannot
 * sign, two have the same `kid`, or secrets and public keys are mixed (who knows one public key of such a ring
 * would only need one slip to use it as a secret).
 */
export function createKeyRing(keys: readonly TokenKey[]): KeyRing {
  const [signing] = keys;
  if (signing === undefined) {
    throw keyRefusal('at least one key', 'there is none', 'Put the key that signs first.');
  }
  if (signing.signWith === null) {
    const fix = 'Put a secret or a private key first.';
    throw keyRefusal('a first key that signs', 'it can only verify', fix);
  }
  const byKid = new Map<string, TokenKey>();
  for (const key of keys) {
    if (key.kid === '') throw keyRefusal('a `kid` for every key', 'one is empty', 'Leave it out.');
    // RFC 7517 §4.5: different keys of one set should have different `kid`s; here they must.
    if (byKid.has(key.kid)) {
      throw keyRefusal(
        'a `kid` of its own for every key',
        `two have the kid ${JSON.stringify(key.kid)}`,
        'Remove one of them, or rename it.',
      );
    }
    byKid.set(key.kid, key);
  }
  if (new Set(keys.map(({ verifyWith }) => verifyWith.type)).size > 1) {
    throw keyRefusal(
      'either secrets or key pairs',
      'there are both',
      'Keep the keys of one kind in this ring.',
    );
  }
  return Object.freeze({ signing, byKid });
}
