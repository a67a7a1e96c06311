import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { isSymmetric, type Algorithm } from './algorithms.js';
import { asymmetricKey } from './asymmetric.js';
import { keyRefusal, type TokenKey } from './tokenKey.js';

/**
 * Makes a key of one PEM text: a private key (PKCS #8, PKCS #1 or SEC 1), which signs and verifies, or a public
 * key, which only verifies. `kid` defaults to the thumbprint of RFC 7638. Throws a `TypeError` for anything
 * else: certificates, encrypted keys, several keys in one text, a key that does not suit the algorithm.
 */
export function importPem(pem: string, algorithm: Algorithm, kid?: string): TokenKey {
  if (isSymmetric(algorithm)) {
    throw keyRefusal(
      `a secret for ${algorithm}`,
      'a PEM key was given',
      'Use an RS, PS or ES algorithm with a key pair.',
    );
  }
  return asymmetricKey(keyOf(pem), algorithm, kid);
}

/** The same of both halves. Throws a `TypeError` where they do not belong together too. */
export function importKeyPair(
  pems: { readonly privateKey: string; readonly publicKey: string },
  algorithm: Algorithm,
  kid?: string,
): TokenKey {
  const pair = importPem(pems.privateKey, algorithm, kid);
  const half = importPem(pems.publicKey, algorithm, kid);
  if (pair.signWith === null || half.signWith !== null) {
    throw keyRefusal(
      'a private key and a public key',
      pair.signWith === null ? 'both are public' : 'both are private',
      'Get the public key by: openssl pkey -in private.pem -pubout',
    );
  }
  if (!pair.verifyWith.equals(half.verifyWith)) {
    throw keyRefusal(
      'a private key and its public key',
      'the two do not belong together',
      'Get the public key by: openssl pkey -in private.pem -pubout',
    );
  }
  return pair;
}

function keyOf(pem: string): KeyObject {
  const labels = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map((match) => match[1] ?? '');
  // `openssl ecparam -genkey` writes the curve's name before the key.
  const [label, ...others] = labels.filter((name) => name !== 'EC PARAMETERS');
  const expected = 'one private or public key as PEM text';
  if (label === undefined || others.length > 0) {
    const came = label === undefined ? 'no PEM block was found' : 'several PEM blocks were found';
    throw keyRefusal(
      expected,
      came,
      'Keep -----BEGIN … KEY----- to -----END … KEY----- of one key.',
    );
  }
  if (label.startsWith('ENCRYPTED') || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    throw keyRefusal(expected, 'it is encrypted', 'Decrypt it by: openssl pkey -in key.pem');
  }
  if (!label.endsWith('PRIVATE KEY') && !label.endsWith('PUBLIC KEY')) {
    const fix = 'Get the public key of a certificate by: openssl x509 -pubkey -noout -in cert.pem';
    throw keyRefusal(expected, `it is a ${label}`, fix);
  }
  try {
    return label.endsWith('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem);
  } catch {
    // The message of OpenSSL is left out: it says nothing to act on.
    throw keyRefusal(
      expected,
      'it cannot be decoded',
      'Export the key anew from where it was made.',
    );
  }
}
