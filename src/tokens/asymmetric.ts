import {
  constants,
  createHash,
  createPublicKey,
  sign,
  verify,
  type webcrypto,
  type KeyObject,
} from 'node:crypto';
import { factsOf, type Algorithm } from './algorithms.js';
import { bytesOf } from './base64url.js';
import { isRocaWeak } from './roca.js';
import { keyRefusal, type TokenKey } from './tokenKey.js';

const MIN_RSA_BITS = 2048;

/** Makes a key of a pair, or of its public half. Throws a `TypeError` where the key does not suit the algorithm. */
export function asymmetricKey(key: KeyObject, algorithm: Algorithm, kid?: string): TokenKey {
  const verifyWith = key.type === 'private' ? createPublicKey(key) : key;
  if (factsOf(algorithm).family === 'ES') requireCurve(verifyWith, algorithm);
  else requireSoundRsa(verifyWith, algorithm);
  const signWith = key.type === 'private' ? key : null;
  if (signWith !== null) requireMatch(signWith, verifyWith);
  return { kid: kid ?? thumbprint(verifyWith), algorithm, signWith, verifyWith };
}

/** RFC 7638: the SHA-256 of the required members in alphabetical order. Every node computes the same. */
export function thumbprint(publicKey: KeyObject): string {
  const { e, kty, n, crv, x, y } = publicKey.export({ format: 'jwk' });
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** RFC 7517 §4. Not `JsonWebKey` of `node:crypto`, which later types of Node do not export. */
export type PublicJwk = webcrypto.JsonWebKey & { readonly kid?: string };

/** The key as a JWK Set publishes it (RFC 7517 §4); null for a secret, which is never published. */
export function publicJwk({ verifyWith, kid, algorithm }: TokenKey): PublicJwk | null {
  if (verifyWith.type !== 'public') return null;
  return { ...verifyWith.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
}

function requireCurve(key: KeyObject, algorithm: Algorithm): void {
  const expected = `a key on the curve ${factsOf(algorithm).curve?.jwk} for ${algorithm}`;
  const fix = `Make one by: openssl ecparam -name ${factsOf(algorithm).curve?.openssl} -genkey -noout`;
  if (key.asymmetricKeyType !== 'ec') {
    throw keyRefusal(expected, `this key is of the type ${key.asymmetricKeyType}`, fix);
  }
  // RFC 7518 §3.4: each algorithm has one curve.
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== factsOf(algorithm).curve?.openssl) {
    throw keyRefusal(expected, `this key is on the curve ${curve}`, fix);
  }
}

function requireSoundRsa(key: KeyObject, algorithm: Algorithm): void {
  const expected = `an RSA key of at least ${MIN_RSA_BITS} bits for ${algorithm}`;
  const fix = 'Make one by: openssl genrsa 3072';
  if (key.asymmetricKeyType !== 'rsa') {
    throw keyRefusal(expected, `this key is of the type ${key.asymmetricKeyType}`, fix);
  }
  // RFC 7518 §3.3 and §3.5: 2048 bits or larger.
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_RSA_BITS) {
    throw keyRefusal(expected, `this key has ${modulusLength} bits`, fix);
  }
  // RFC 8017 §3.1: e is odd and at least 3; with e = 1 everybody can sign.
  if (publicExponent < 3n || publicExponent % 2n === 0n) {
    throw keyRefusal(
      'an RSA key with an odd public exponent of at least 3',
      `the exponent is ${publicExponent}`,
      fix,
    );
  }
  const { n = '' } = key.export({ format: 'jwk' });
  if (isRocaWeak(BigInt(`0x${bytesOf(n).toString('hex')}`))) {
    throw keyRefusal(
      'an RSA key of a sound generator',
      'this one has the mark of CVE-2017-15361 (ROCA): its private key can be computed from the public one',
      fix,
    );
  }
}

/** A private key whose numbers contradict each other signs what its own public key refuses. */
function requireMatch(signWith: KeyObject, verifyWith: KeyObject): void {
  const message = Buffer.from('gatehouse');
  const padding =
    signWith.asymmetricKeyType === 'rsa' ? { padding: constants.RSA_PKCS1_PADDING } : {};
  let matches = false;
  try {
    const signature = sign('sha256', message, { key: signWith, ...padding });
    matches = verify('sha256', message, { key: verifyWith, ...padding }, signature);
  } catch {
    matches = false;
  }
  if (!matches) {
    throw keyRefusal(
      'a private key that matches its public key',
      'the two do not belong together',
      'Export the key anew from where it was made.',
    );
  }
}
