import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { factsOf, isAlgorithm, isSymmetric, type Algorithm } from './algorithms.js';
import { asymmetricKey } from './asymmetric.js';
import { bytesOf, isCanonical, isObject } from './base64url.js';
import { importSecret } from './importSecret.js';
import { keyRefusal, type TokenKey } from './tokenKey.js';

type Jwk = Record<string, unknown>;

const FIX = 'Export the key anew from where it was made.';

/**
 * Makes a key of a JWK (RFC 7517): `oct`, `RSA` or `EC`. `algorithm` may be left out where the JWK has `alg`;
 * where both are there they must be equal. Throws a `TypeError` for a key that is malformed, is not for
 * signatures (`use`, `key_ops`), contradicts itself, or does not suit the algorithm. Members that RFC 7517 and
 * RFC 7518 do not define are ignored, and so are certificates.
 */
export function importJwk(jwk: unknown, algorithm?: Algorithm): TokenKey {
  if (!isObject(jwk)) throw keyRefusal('a JWK', 'this is not a JSON object', FIX);
  const pinned = algorithmOf(jwk, algorithm);
  const kid = kidOf(jwk);
  const mayOnlyVerify = requireSignatureUse(jwk);
  const key = isSymmetric(pinned)
    ? importSecret(secretOf(jwk), pinned, kid)
    : asymmetricKey(pairOf(jwk, pinned), pinned, kid);
  return mayOnlyVerify ? { ...key, signWith: null } : key;
}

function algorithmOf({ alg }: Jwk, algorithm?: Algorithm): Algorithm {
  if (alg === undefined && algorithm !== undefined) return algorithm;
  if (!isAlgorithm(alg)) {
    throw keyRefusal('a JWK with an `alg` for signatures', `it has ${shown(alg)}`, FIX);
  }
  if (algorithm !== undefined && alg !== algorithm) {
    const fix = 'Set the algorithm to that of the key, or use another key.';
    throw keyRefusal(`a JWK for ${algorithm}`, `its \`alg\` is ${alg}`, fix);
  }
  return alg;
}

function kidOf({ kid }: Jwk): string | undefined {
  if (kid === undefined || (typeof kid === 'string' && kid !== '')) return kid;
  throw keyRefusal('a `kid` of text', 'it is empty or not a text', 'Set one, or leave it out.');
}

/** Answers whether the key may only verify. RFC 7517 §4.2 and §4.3. */
function requireSignatureUse({ use, key_ops: operations }: Jwk): boolean {
  const fix = 'Use a key that was made for signatures.';
  if (use !== undefined && use !== 'sig') {
    throw keyRefusal('a JWK with `use` "sig"', `it has ${shown(use)}`, fix);
  }
  if (operations === undefined) return false;
  const expected = 'a JWK whose `key_ops` are "sign" or "verify", each at most once';
  const known = ['sign', 'verify'];
  const isGood =
    Array.isArray(operations) &&
    operations.length > 0 &&
    new Set(operations).size === operations.length &&
    operations.every((operation) => known.includes(operation as string));
  if (!isGood) throw keyRefusal(expected, 'it has others', fix);
  return !operations.includes('sign');
}

function secretOf({ kty, k }: Jwk): Uint8Array {
  requireType(kty, 'oct');
  // The empty secret is left to the rule about the length, whose sentence says more.
  if (k === '') return new Uint8Array();
  return member('k', k);
}

function pairOf(jwk: Jwk, algorithm: Algorithm) {
  const { curve } = factsOf(algorithm);
  requireType(jwk['kty'], curve === undefined ? 'RSA' : 'EC');
  if (curve === undefined) requireRsaMembers(jwk);
  else requireEcMembers(jwk, curve);
  try {
    const input = { key: jwk as JsonWebKey, format: 'jwk' } as const;
    // Decoding proves that the point of an EC key is on its curve.
    return jwk['d'] === undefined ? createPublicKey(input) : createPrivateKey(input);
  } catch {
    throw keyRefusal('a well-formed JWK', 'its numbers make no key', FIX);
  }
}

/** RFC 7518 §6.3. */
function requireRsaMembers(jwk: Jwk): void {
  const names = jwk['d'] === undefined ? ['n', 'e'] : ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];
  for (const name of names) {
    // RFC 7518 §2: a Base64urlUInt has no leading zero octets.
    if (member(name, jwk[name])[0] === 0) {
      throw keyRefusal(`\`${name}\` without leading zeros`, 'it has some', FIX);
    }
  }
  if (jwk['oth'] !== undefined) {
    throw keyRefusal('an RSA key of two primes', 'it has more (`oth`)', 'Make one of two primes.');
  }
}

/** RFC 7518 §6.2: coordinates have the full size of the curve's field. */
function requireEcMembers(jwk: Jwk, curve: { jwk: string; size: number }): void {
  if (jwk['crv'] !== curve.jwk) {
    throw keyRefusal(`a key on the curve ${curve.jwk}`, `\`crv\` is ${shown(jwk['crv'])}`, FIX);
  }
  for (const name of jwk['d'] === undefined ? ['x', 'y'] : ['x', 'y', 'd']) {
    const { length } = member(name, jwk[name]);
    if (length !== curve.size) {
      throw keyRefusal(`\`${name}\` of ${curve.size} bytes`, `it has ${length}`, FIX);
    }
  }
}

function requireType(kty: unknown, expected: string): void {
  if (kty !== expected)
    throw keyRefusal(`a JWK with \`kty\` ${expected}`, `it has ${shown(kty)}`, FIX);
}

function member(name: string, value: unknown): Buffer {
  if (typeof value === 'string' && isCanonical(value)) return bytesOf(value);
  throw keyRefusal(`\`${name}\` in base64url without padding`, 'it is missing or malformed', FIX);
}

/** What came in a member that holds a name. Anything long might be a secret in the wrong place. */
const shown = (value: unknown): string =>
  typeof value === 'string' && /^[\w-]{1,16}$/.test(value) ? value : 'none, or one that is unknown';
