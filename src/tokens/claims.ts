/** The header `typ` of our tokens; RFC 9068 §2.1 for the first. */
export type TokenType = 'at+jwt' | 'rt+jwt';

interface CommonClaims {
  readonly sub: string;
  readonly sid: string;
  /** How many times the session had been rotated. */
  readonly gen: number;
  /** Integer seconds, as all times here. */
  readonly iat: number;
  readonly exp: number;
  readonly nbf?: number;
  readonly jti: string;
  /** Time of the login. */
  readonly orig_iat: number;
  readonly auth_time: number;
  readonly iss?: string;
  readonly aud?: string | readonly string[];
}

export interface AccessClaims extends CommonClaims {
  /** Space-separated (RFC 8693 §4.2). */
  readonly scope: string;
  readonly roles: readonly string[];
  /** Version of the user's grants. */
  readonly ver: string;
}

export type RefreshClaims = CommonClaims;

export interface ClaimsOf {
  'at+jwt': AccessClaims;
  'rt+jwt': RefreshClaims;
}

/** What claims are judged by. Times are integer seconds. */
export interface ClaimRules<T extends TokenType> {
  readonly typ: T;
  readonly now: number;
  /** When set, `iss` must be equal. */
  readonly issuer?: string | undefined;
  /** When set, `aud` must name it; when unset, a token that carries `aud` is refused. */
  readonly audience?: string | undefined;
  /** How long after `exp` a token is still good. */
  readonly leeway: number;
  /** An access token that lives longer is `expired`. Null = however long. Does not judge refresh tokens. */
  readonly maxLifetime: number | null;
  /** Default true. False: neither `exp` nor the lifetime ends a token; `exp` must still be there. */
  readonly verifyExpiration?: boolean | undefined;
}

export type ClaimsVerdict<C> =
  | { readonly kind: 'valid'; readonly claims: C }
  /** Everything else is right. */
  | { readonly kind: 'expired'; readonly claims: C }
  | { readonly kind: 'invalid'; readonly why: string };

/** How far ahead of our clock the `iat` of an access token may be: nodes' clocks differ. Seconds. */
export const CLOCK_SKEW = 60;

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

type Shape = readonly (readonly [
  claim: string,
  isRight: (value: unknown) => boolean,
  is: string,
])[];

const commonShape: Shape = [
  // RFC 7519 §4.1.4 leaves `exp` to choice; here no token lives for ever.
  ...['exp', 'iat', 'orig_iat', 'auth_time'].map((c) => [c, isInteger, 'an integer'] as const),
  ['nbf', (value) => value === undefined || isInteger(value), 'an integer'],
  ...['sub', 'sid', 'jti'].map((c) => [c, isName, 'a non-empty text'] as const),
  ['gen', (value) => isInteger(value) && value >= 0, 'an integer of 0 or more'],
  ['iss', (value) => value === undefined || typeof value === 'string', 'a text'],
];

const shapes: Record<TokenType, Shape> = {
  'at+jwt': [
    ...commonShape,
    ['scope', (value) => typeof value === 'string', 'a text'],
    ['roles', isTexts, 'a list of texts'],
    ['ver', (value) => typeof value === 'string', 'a text'],
  ],
  'rt+jwt': commonShape,
};

/**
 * Judges the claims of a token whose signature is right. `expired` only where all else is right; `now` may
 * equal `exp` no more (RFC 7519 §4.1.4: on or after). Does not ask whether the session lives.
 */
export function judgeClaims<T extends TokenType>(
  payload: Readonly<Record<string, unknown>>,
  rules: ClaimRules<T>,
): ClaimsVerdict<ClaimsOf[T]> {
  for (const [claim, isRight, is] of shapes[rules.typ]) {
    if (!isRight(payload[claim])) return invalid(`${claim} is not ${is}`);
  }
  const claims = payload as unknown as ClaimsOf[T];
  if (rules.issuer !== undefined && claims.iss !== rules.issuer) {
    return invalid('iss is another issuer');
  }
  const wrongAudience = judgeAudience(payload['aud'], rules.audience);
  if (wrongAudience !== null) return invalid(wrongAudience);
  if (claims.nbf !== undefined && claims.nbf > rules.now + rules.leeway + CLOCK_SKEW) {
    return invalid('nbf is in the future');
  }
  return { kind: hasExpired(claims, rules) ? 'expired' : 'valid', claims };
}

/**
 * Why a token is not for this audience, or null. RFC 7519 §4.1.3: a text or a list of texts; whoever does not find
 * himself in it must refuse.
 */
export function judgeAudience(aud: unknown, audience: string | undefined): string | null {
  if (audience === undefined) return aud === undefined ? null : 'aud is for somebody else';
  const named = typeof aud === 'string' ? [aud] : aud;
  if (!isTexts(named)) return 'aud is missing, or neither a text nor a list of texts';
  return named.includes(audience) ? null : 'aud is for somebody else';
}

function hasExpired(claims: RefreshClaims, rules: ClaimRules<TokenType>): boolean {
  const { now, leeway, maxLifetime, verifyExpiration = true } = rules;
  const { iat, exp } = claims;
  // The row decides about a refresh token: a clock that was wrong logs nobody out.
  if (rules.typ === 'at+jwt' && iat > now + CLOCK_SKEW) return true;
  if (!verifyExpiration) return false;
  if (rules.typ === 'at+jwt' && maxLifetime !== null && exp - iat > maxLifetime) return true;
  return now >= exp + leeway;
}

const invalid = (why: string) => ({ kind: 'invalid', why }) as const;
