import { objectOf } from './base64url.js';
import type { ClaimRules, ClaimsOf, TokenType } from './claims.js';
import { parseCompact } from './compact.js';
import { decodeToken } from './decode.js';
import { judgePayload, type VerifyResult } from './jwt.js';

/**
 * As `verifyToken`, for tests: neither `kid` nor `alg` nor the signature is looked at, so anybody can make such a
 * token. Shape, `typ` and claims are judged. Never throws.
 */
export function readUnverified<T extends TokenType>(
  token: string,
  rules: ClaimRules<T>,
): VerifyResult<ClaimsOf[T]> {
  const compact = parseCompact(token);
  if (typeof compact === 'string') return { kind: 'malformed' };
  if (compact.header['typ'] !== rules.typ) {
    return { kind: 'invalid', why: `typ is not ${rules.typ}` };
  }
  return judgePayload(compact.payload, rules);
}

/** The `sub` of an encoded payload that nobody has verified: to find a key by, and for nothing else. */
export function unverifiedSubject(payload: string): string | null {
  const sub = objectOf(payload)?.['sub'];
  return typeof sub === 'string' && sub !== '' ? sub : null;
}

/** Whether a text says of itself that it is a refresh token of ours. Believes nothing. */
export const looksLikeRefreshToken = (token: string): boolean =>
  decodeToken(token).header?.['typ'] === ('rt+jwt' satisfies TokenType);
