import { constants, verify } from 'node:crypto';
import { factsOf, hashNameOf } from './algorithms.js';
import type { TokenKey } from './tokenKey.js';

type PublicKey = Exclude<Parameters<typeof verify>[2], string | Buffer>;

const publicKeys = new WeakMap<TokenKey, PublicKey>();

/** RFC 7518 §3.3 to §3.5: how a signature of the algorithm is read. */
function publicKeyOf(tokenKey: TokenKey): PublicKey {
  const known = publicKeys.get(tokenKey);
  if (known !== undefined) return known;
  const key = tokenKey.verifyWith;
  const { family, hashLength } = factsOf(tokenKey.algorithm);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const made: Record<typeof family, PublicKey> = {
    HS: key,
    RS: { key, padding: constants.RSA_PKCS1_PADDING },
    PS: { key, padding, saltLength: hashLength },
    ES: { key, dsaEncoding: 'ieee-p1363' },
  };
  publicKeys.set(tokenKey, made[family]);
  return made[family];
}

/** Whether the last part of a token is the signature of the parts before it. For keys of RS, PS and ES algorithms. */
export function hasSignature(token: string, key: TokenKey): boolean {
  const end = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  const signed = Buffer.from(token.slice(0, end));
  return verify(hashNameOf(key.algorithm), signed, publicKeyOf(key), signature);
}
