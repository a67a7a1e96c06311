import { createHmac, timingSafeEqual } from 'node:crypto';
import { factsOf } from './algorithms.js';
import type { TokenKey } from './tokenKey.js';

/** RFC 7518 §3.2: the signature of a text, encoded. For keys of HS algorithms. */
export const hmacOf = (text: string, { algorithm, verifyWith }: TokenKey): string =>
  createHmac(`sha${factsOf(algorithm).hashLength * 8}`, verifyWith)
    .update(text)
    .digest('base64url');

/** Whether the last part of a token is the encoded HMAC of the parts before it. */
export function hasHmac(token: string, key: TokenKey): boolean {
  const end = token.lastIndexOf('.');
  const [given, made] = [token.slice(end + 1), hmacOf(token.slice(0, end), key)].map((text) =>
    Buffer.from(text),
  ) as [Buffer, Buffer];
  return given.length === made.length && timingSafeEqual(given, made);
}
