import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { factsOf, hashNameOf } from './algorithms.js';
import { MAX_TOKEN_LENGTH } from './compact.js';
import type { TokenKey } from './tokenKey.js';

const LARGEST_BLOCK = 128;
/** What is hashed is written here, behind the pad of the key. A character that is not ASCII takes up to three bytes. */
const text = Buffer.alloc(LARGEST_BLOCK + 3 * MAX_TOKEN_LENGTH);
const digest = Buffer.alloc(LARGEST_BLOCK + 64);

/**
 * RFC 7518 §3.2: the signature of a text, encoded. For keys of HS algorithms. Made of two hashes by one call each, in half
 * the time of an `Hmac`, and without an object that the garbage collector has to look after: a refresh would leave four.
 */
export function hmacOf(signed: string, key: TokenKey): string {
  if (signed.length > MAX_TOKEN_LENGTH) return ofAnyLength(signed, key);
  const { name, inner, outer } = padsOf(key);
  inner.copy(text);
  const end = inner.length + text.write(signed, inner.length, 'utf8');
  outer.copy(digest);
  const half = hash(name, text.subarray(0, end), 'binary');
  const whole = outer.length + digest.write(half, outer.length, 'latin1');
  return hash(name, digest.subarray(0, whole), 'base64url');
}

const ofAnyLength = (text: string, key: TokenKey): string =>
  createHmac(hashNameOf(key.algorithm), key.verifyWith).update(text).digest('base64url');

/** The key, as it stands in front of what is hashed. */
interface Pads {
  readonly name: string;
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const padsOfKeys = new WeakMap<TokenKey, Pads>();

/** RFC 2104 §2. */
function padsOf(key: TokenKey): Pads {
  const known = padsOfKeys.get(key);
  if (known !== undefined) return known;
  const name = hashNameOf(key.algorithm);
  const blockSize = factsOf(key.algorithm).hashLength === 32 ? 64 : 128;
  const secret = key.verifyWith.export();
  const block = Buffer.alloc(blockSize);
  (secret.length > blockSize ? hash(name, secret, 'buffer') : secret).copy(block);
  const pad = (by: number): Buffer => Buffer.from(block.map((byte) => byte ^ by));
  const pads = { name, inner: pad(0x36), outer: pad(0x5c) };
  padsOfKeys.set(key, pads);
  return pads;
}

/** Characters of the longest encoded HMAC. */
const LONGEST = 86;
const given = Buffer.alloc(3 * LONGEST);
const made = Buffer.alloc(LONGEST);

/** Whether the last part of a token is the encoded HMAC of the parts before it. */
export function hasHmac(token: string, key: TokenKey): boolean {
  const end = token.lastIndexOf('.');
  const hmac = hmacOf(token.slice(0, end), key);
  const size = made.write(hmac, 'latin1');
  if (token.length - end - 1 !== size || given.write(token.slice(end + 1), 'utf8') !== size) {
    return false;
  }
  return timingSafeEqual(given.subarray(0, size), made.subarray(0, size));
}
