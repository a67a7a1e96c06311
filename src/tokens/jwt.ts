import jsonwebtoken from 'jsonwebtoken';
import { isSymmetric } from './algorithms.js';
import { base64url, isCanonical, objectOf } from './base64url.js';
import {
  judgeClaims,
  type ClaimRules,
  type ClaimsOf,
  type ClaimsVerdict,
  type TokenType,
} from './claims.js';
import { MAX_ISSUED_LENGTH, parseParts, splitToken, type TokenParts } from './compact.js';
import { hasHmac, hmacOf } from './hmac.js';
import type { KeyRing } from './keyRing.js';
import { hasSignature } from './signature.js';
import type { TokenKey } from './tokenKey.js';

export type { AccessClaims, RefreshClaims, TokenType } from './claims.js';
export { decodeToken } from './decode.js';

export interface VerifyOptions<T extends TokenType> extends ClaimRules<T> {
  readonly ring: KeyRing;
}

type Refused =
  | { readonly kind: 'malformed' }
  /** The token may be of a key that this ring does not have yet, or no longer. Nothing of it was believed. */
  | { readonly kind: 'unknown-key'; readonly kid: string }
  | { readonly kind: 'invalid'; readonly why: string };

/** `why` is for logs and never repeats what the token says. */
export type VerifyResult<C> = ClaimsVerdict<C> | Refused;

/** The payload is still encoded; its signature is right. */
export type SignatureResult = { readonly kind: 'signed'; readonly payload: string } | Refused;

/** The payload is still encoded, and whether the key has signed it has not been asked. */
export type KeyResult =
  { readonly kind: 'of-key'; readonly key: TokenKey; readonly payload: string } | Refused;

/**
 * Signs claims as they are: nothing is added, `iat` neither. The header is exactly `alg`, `typ`, `kid`. With HS
 * and RS the same claims give the same text. Throws a `TypeError` for a key that only verifies, a `RangeError`
 * for a token so long that nobody here would read it.
 */
export function signToken(claims: object, typ: TokenType, key: TokenKey): string {
  const { algorithm, kid, signWith } = key;
  if (signWith === null) {
    throw new TypeError(
      `Expected a key that signs, but ${kid} only verifies. Use the ring's signing key.`,
    );
  }
  // Given a text, jsonwebtoken signs it as it stands; to an object it would add `iat`.
  const payload = JSON.stringify(claims);
  const token = isSymmetric(algorithm)
    ? withHmac(payload, typ, key)
    : jsonwebtoken.sign(payload, signWith, { algorithm, header: headerOf(typ, key) });
  if (token.length > MAX_ISSUED_LENGTH) {
    throw new RangeError(
      `Expected a token of at most ${MAX_ISSUED_LENGTH} characters, but its claims make ${token.length}. ` +
        'Give the user fewer roles and scopes, or have payloadHandler add fewer claims.',
    );
  }
  return token;
}

const headerOf = (typ: TokenType, { algorithm: alg, kid }: TokenKey) => ({ alg, typ, kid });

const headers = new WeakMap<TokenKey, Partial<Record<TokenType, string>>>();

/** Encoded. */
function headerText(typ: TokenType, key: TokenKey): string {
  const known = headers.get(key)?.[typ];
  if (known !== undefined) return known;
  const text = encode(JSON.stringify(headerOf(typ, key)));
  headers.set(key, { ...headers.get(key), [typ]: text });
  return text;
}

/** What jsonwebtoken would make, in less than half the time; each refresh does it twice. */
function withHmac(payload: string, typ: TokenType, key: TokenKey): string {
  const text = `${headerText(typ, key)}.${encode(payload)}`;
  return `${text}.${hmacOf(text, key)}`;
}

const encode = (text: string): string => base64url(Buffer.from(text));

/**
 * All that is asked of a token before its signature, in this order: shape, canonical base64url, header, `typ`,
 * members, `kid`, key, `alg`. `typ` null accepts any and none, for signed texts that are no tokens of ours. Does not
 * look at the payload. Never throws.
 */
export function findKey(token: string, ring: KeyRing, typ: TokenType | null): KeyResult {
  const parts = splitToken(token);
  if (typeof parts === 'string') return { kind: 'malformed' };
  const own = ownHeaders(ring).get(parts[0]);
  if (own !== undefined && own.typ === typ && isCanonical(parts[1]) && isCanonical(parts[2])) {
    return { kind: 'of-key', key: own.key, payload: parts[1] };
  }
  return findKeyOf(parts, ring, typ);
}

const ringHeaders = new WeakMap<KeyRing, ReadonlyMap<string, { key: TokenKey; typ: TokenType }>>();

/** The headers that we write, by their text: in a token of ours there is nothing to be read in them. */
function ownHeaders(ring: KeyRing): ReadonlyMap<string, { key: TokenKey; typ: TokenType }> {
  const known = ringHeaders.get(ring);
  if (known !== undefined) return known;
  const headers = new Map<string, { key: TokenKey; typ: TokenType }>();
  for (const key of ring.byKid.values()) {
    for (const typ of ['at+jwt', 'rt+jwt'] as const)
      headers.set(headerText(typ, key), { key, typ });
  }
  ringHeaders.set(ring, headers);
  return headers;
}

function findKeyOf(parts: TokenParts, ring: KeyRing, typ: TokenType | null): KeyResult {
  const compact = parseParts(parts);
  if (typeof compact === 'string') return { kind: 'malformed' };
  const { header, payload } = compact;
  // RFC 8725 §3.11: explicit typing keeps one kind of token from passing for another.
  if (typ !== null && header['typ'] !== typ) return invalid(`typ is not ${typ}`);
  if (!hasOnlyKnownMembers(header)) return invalid('the header has members beyond alg, typ, kid');
  const { alg, kid } = header;
  if (typeof kid !== 'string') return invalid('kid is missing');
  const key = ring.byKid.get(kid);
  if (key === undefined) return { kind: 'unknown-key', kid };
  // RFC 8725 §3.1: the key says which algorithm it is for, the token does not.
  if (alg !== key.algorithm) return invalid('alg is not that of the key');
  return { kind: 'of-key', key, payload };
}

/** As `findKey`, and then the signature. */
export function checkSignature(
  token: string,
  ring: KeyRing,
  typ: TokenType | null,
): SignatureResult {
  const found = findKey(token, ring, typ);
  if (found.kind !== 'of-key') return found;
  const { key, payload } = found;
  return isSigned(token, key) ? { kind: 'signed', payload } : notSigned;
}

/** Whether a token is one of ours and good at `now`. Never throws; does not ask whether the session lives. */
export function verifyToken<T extends TokenType>(
  token: string,
  options: VerifyOptions<T>,
): VerifyResult<ClaimsOf[T]> {
  const checked = checkSignature(token, options.ring, options.typ);
  return checked.kind === 'signed' ? judgePayload(checked.payload, options) : checked;
}

/** The second half of `verifyToken`, for a token whose first part has been asked with `findKey`. Never throws. */
export function verifyWithKey<T extends TokenType>(
  token: string,
  payload: string,
  key: TokenKey,
  rules: ClaimRules<T>,
): VerifyResult<ClaimsOf[T]> {
  return isSigned(token, key) ? judgePayload(payload, rules) : notSigned;
}

/** The claims of an encoded payload, whoever has or has not verified it. Never throws. */
export function judgePayload<T extends TokenType>(
  encoded: string,
  rules: ClaimRules<T>,
): VerifyResult<ClaimsOf[T]> {
  const payload = objectOf(encoded);
  return payload === null
    ? invalid('the payload is not a JSON object')
    : judgeClaims(payload, rules);
}

/**
 * RFC 7515 §4.1.11 and RFC 8725 §3.10: `crit`, `b64`, `zip` would change what is signed, `jwk`, `jku`, `x5u`,
 * `x5c` bring keys of the sender's choice. We issue none of them, so none is ours.
 */
function hasOnlyKnownMembers(header: object): boolean {
  for (const name in header) {
    if (name !== 'alg' && name !== 'typ' && name !== 'kid') return false;
  }
  return true;
}

/**
 * Whether the signature of a token is of this key, in the key's own algorithm. Looks at nothing else: that the token
 * names that algorithm has been asked before.
 */
export function isSigned(token: string, key: TokenKey): boolean {
  return isSymmetric(key.algorithm) ? hasHmac(token, key) : hasSignature(token, key);
}

/** Why a token is refused that no key has signed. */
export const NOT_SIGNED = 'the signature does not match';

const invalid = (why: string) => ({ kind: 'invalid', why }) as const;
const notSigned = invalid(NOT_SIGNED);
