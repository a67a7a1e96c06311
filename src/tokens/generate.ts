import { generateKeyPair, randomBytes as systemRandom } from 'node:crypto';
import { promisify } from 'node:util';
import { factsOf, isSymmetric, type Algorithm } from './algorithms.js';
import { base64url } from './base64url.js';
import { keyRefusal, type RandomBytes } from './tokenKey.js';

const RSA_BITS = 3072;

/** A new secret for an HS algorithm, as long as its hash. Throws a `TypeError` for other algorithms. */
export function generateSecret(
  algorithm: Algorithm,
  randomBytes: RandomBytes = systemRandom,
): Uint8Array {
  if (!isSymmetric(algorithm)) {
    throw keyRefusal('an HS algorithm', `it is ${algorithm}`, 'Use generatePemPair for key pairs.');
  }
  return randomBytes(factsOf(algorithm).hashLength);
}

/** Whether a command line would take it for a flag. */
export const looksLikeFlag = (kid: string): boolean => kid.startsWith('-');

/** A new `kid` of 95 random bits, for keys that are generated and stored. Begins with a letter. */
export function generateKid(randomBytes: RandomBytes = systemRandom): string {
  const bytes = Uint8Array.from(randomBytes(12));
  bytes[0]! &= 0x7f;
  return base64url(bytes);
}

/** A new pair for an RS, PS (3072 bits) or ES algorithm: PKCS #8 and SPKI as PEM. Off the event loop. */
export async function generatePemPair(
  algorithm: Algorithm,
): Promise<{ privateKey: string; publicKey: string }> {
  if (isSymmetric(algorithm)) {
    throw keyRefusal('an RS, PS or ES algorithm', `it is ${algorithm}`, 'Use generateSecret.');
  }
  const { curve } = factsOf(algorithm);
  const generate = promisify(generateKeyPair);
  const { privateKey, publicKey } =
    curve === undefined
      ? await generate('rsa', { modulusLength: RSA_BITS })
      : await generate('ec', { namedCurve: curve.openssl });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}
