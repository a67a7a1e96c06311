import { objectOf } from './base64url.js';
import { CLOCK_SKEW, judgeAudience } from './claims.js';
import { MAX_TOKEN_LENGTH, parseCompact } from './compact.js';
import { isSigned, NOT_SIGNED } from './jwt.js';
import type { TokenKey } from './tokenKey.js';

/** The systems whose access tokens can be read: djangorestframework-jwt, -simplejwt, django-graphql-jwt. */
export const legacyKinds = ['drf-jwt', 'simplejwt', 'graphql-jwt'] as const;
export type LegacyKind = (typeof legacyKinds)[number];

/** What a token of another system is judged by. Times are integer seconds. */
export interface LegacyRules {
  readonly kind: LegacyKind;
  /** All verify: their tokens have no `kid`. */
  readonly keys: readonly TokenKey[];
  readonly now: number;
  readonly leeway: number;
  /** How long that system's access tokens live. A token with more than that ahead of it is refused. */
  readonly lifetime: number;
  /** As for our own tokens. */
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** The claim that tells simplejwt's tokens apart. */
  readonly tokenTypeClaim: string;
}

/** A token of another system that is believed. Integer seconds. */
export interface LegacyClaims {
  /** All that it says. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** When it was issued at the earliest. */
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
}

export type LegacyResult =
  | { readonly kind: 'valid' | 'expired'; readonly claims: LegacyClaims }
  | { readonly kind: 'malformed' }
  /** `why` is for logs and never repeats what the token says. */
  | { readonly kind: 'invalid'; readonly why: string };

/** Whether a token says that it is none of ours. Believes nothing else of it. Never throws. */
export function isForeign(token: string): boolean {
  if (token.length > MAX_TOKEN_LENGTH) return false;
  const header = objectOf(token.slice(0, Math.max(0, token.indexOf('.'))));
  return header !== null && header['typ'] !== 'at+jwt' && header['typ'] !== 'rt+jwt';
}

/** Whether a token is an access token of another system and good at `now`. Does not ask who its user is. Never throws. */
export function verifyLegacy(token: string, rules: LegacyRules): LegacyResult {
  const compact = parseCompact(token);
  if (typeof compact === 'string') return { kind: 'malformed' };
  const { header, payload: encoded } = compact;
  // PyJWT writes these two; whatever else stands there is of somebody who wants something by it.
  if (Object.keys(header).some((name) => name !== 'alg' && name !== 'typ')) {
    return invalid('the header has members beyond alg, typ');
  }
  const { alg, typ } = header;
  // RFC 7519 §5.1. Our own tokens have types of their own and are not read here, though the key may be the same.
  if (typ !== undefined && !(typeof typ === 'string' && typ.toUpperCase() === 'JWT')) {
    return invalid('typ is not JWT');
  }
  // RFC 8725 §3.1: the key says which algorithm it is for, the token does not.
  const keys = rules.keys.filter(({ algorithm }) => algorithm === alg);
  if (keys.length === 0) return invalid('alg is not that of the key');
  if (!keys.some((key) => isSigned(token, key))) return invalid(NOT_SIGNED);
  const payload = objectOf(encoded);
  return payload === null
    ? invalid('the payload is not a JSON object')
    : judgePayload(payload, rules);
}

type Payload = Readonly<Record<string, unknown>>;

function judgePayload(payload: Payload, rules: LegacyRules): LegacyResult {
  const { now, leeway, lifetime, issuer } = rules;
  for (const claim of ['exp', 'nbf', ...issueClaims]) {
    const value = payload[claim];
    if (value !== undefined && !Number.isSafeInteger(value)) {
      return invalid(`${claim} is not an integer`);
    }
  }
  const { exp, nbf } = payload as { exp?: number; nbf?: number };
  // Signed by a handler with a key that is theirs too. Read here it would outlive its session.
  if (payload['sid'] !== undefined && payload['gen'] !== undefined) {
    return invalid('it is a token of ours');
  }
  // Without it a token would live for ever.
  if (exp === undefined) return invalid('exp is missing');
  const issued = issueClaims.flatMap((claim) => (payload[claim] as number | undefined) ?? []);
  if (Math.max(nbf ?? now, ...issued) > now + leeway + CLOCK_SKEW) {
    return invalid('it was issued in the future');
  }
  if (exp > now + lifetime + CLOCK_SKEW) return invalid('it lives longer than lifetime');
  if (issuer !== undefined && payload['iss'] !== issuer) return invalid('iss is another issuer');
  const wrongAudience = judgeAudience(payload['aud'], rules.audience);
  if (wrongAudience !== null) return invalid(wrongAudience);
  const wrongType = judgeType(payload, rules);
  if (wrongType !== null) return invalid(wrongType);
  const claims = {
    payload,
    // Without a time of issue it is as old as a token with that end can be.
    iat: Math.min(exp, ...(issued.length > 0 ? issued : [exp - lifetime])),
    exp,
    ...(nbf !== undefined && { nbf }),
  };
  return { kind: now >= exp + leeway ? 'expired' : 'valid', claims };
}

/**
 * A token that was refreshed keeps the time of the login, in drf-jwt and graphql-jwt by name and in simplejwt because
 * it copies `iat`: the earliest of them is when the person proved who they are.
 */
const issueClaims = ['iat', 'orig_iat', 'origIat'] as const;

/** Only simplejwt says what a token is for; a sliding token is its access token where it has no others. */
function judgeType(payload: Payload, { kind, tokenTypeClaim }: LegacyRules): string | null {
  const type = payload[tokenTypeClaim];
  const isAccess = type === 'access' || type === 'sliding';
  if (isAccess || (type === undefined && kind !== 'simplejwt')) return null;
  return `${tokenTypeClaim} is not access`;
}

const invalid = (why: string) => ({ kind: 'invalid', why }) as const;
