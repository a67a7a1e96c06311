import type { DecodeHandler, EncodeHandler, TokenPayload } from '../../handlers.js';
import type { MaybePromise } from '../../outcome.js';
import { judgeClaims, type ClaimRules } from '../../tokens/claims.js';
import { MAX_ISSUED_LENGTH, MAX_TOKEN_LENGTH } from '../../tokens/compact.js';
import type { AccessClaims, VerifyResult } from '../../tokens/jwt.js';
import { looksLikeRefreshToken } from '../../tokens/unverified.js';
import { askHandler, HandlerError, isPlainObject, kindOf } from './ask.js';

/** The access token that a handler makes of the claims. */
export function encodeWith(encode: EncodeHandler, claims: AccessClaims): MaybePromise<string> {
  const payload: TokenPayload = Object.freeze({
    ...claims,
    roles: Object.freeze([...claims.roles]),
  });
  return askHandler('encodeHandler', () => encode(payload), checkedToken);
}

/** What a header and a cookie can carry (RFC 6265 §4.1.1, cookie-octet), and what is still read when it comes back. */
function checkedToken(token: unknown): string {
  if (typeof token === 'string' && /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(token)) {
    if (token.length <= MAX_ISSUED_LENGTH) return token;
    throw new HandlerError(
      'encodeHandler',
      `must answer a token of at most ${MAX_ISSUED_LENGTH} characters; it answered ${token.length}. Longer ones are not read.`,
    );
  }
  const came = typeof token === 'string' && token !== '' ? 'a text with others' : kindOf(token);
  throw new HandlerError(
    'encodeHandler',
    `must answer the token, a text of visible ASCII characters without blanks and none of " , ; \\; it answered ${came}. Encode it as base64url.`,
  );
}

/**
 * Reads an access token with a handler, and judges the claims that it answers as any others. A refresh token of ours
 * is not shown to it. Throws a `HandlerError` for an answer that is neither claims nor null.
 */
export function decodeWith(
  decode: DecodeHandler,
  token: string,
  rules: () => ClaimRules<'at+jwt'>,
): MaybePromise<VerifyResult<AccessClaims>> {
  if (token === '' || token.length > MAX_TOKEN_LENGTH) return { kind: 'malformed' };
  if (looksLikeRefreshToken(token)) return invalid('it is a refresh token');
  return askHandler(
    'decodeHandler',
    () => decode(token),
    (payload) =>
      payload === null
        ? invalid('the handler refuses it')
        : // The clock is read when the handler has answered.
          judgeClaims(copyOf(payload), rules()),
  );
}

/** What the handler keeps of its answer, and changes later, must not change what was judged. */
function copyOf(payload: unknown): Record<string, unknown> {
  if (!isPlainObject(payload)) {
    throw new HandlerError(
      'decodeHandler',
      `must answer the claims, an object, or null for a token that is not valid; it answered ${kindOf(payload)}.`,
    );
  }
  try {
    const copy: unknown = JSON.parse(JSON.stringify(payload));
    if (isPlainObject(copy)) return copy;
    throw new TypeError(`the whole is ${kindOf(copy)} as JSON`);
  } catch (cause) {
    throw new HandlerError('decodeHandler', 'must answer claims that JSON can hold.', { cause });
  }
}

const invalid = (why: string) => ({ kind: 'invalid', why }) as const;
