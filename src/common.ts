/** What crosses the wire: the error catalogue and the token pair. Server and client share it. */

/** Why a request counts as not logged in (`extensions.reason` beside `UNAUTHENTICATED`). */
export const unauthenticatedReasons = {
  TOKEN_MISSING: 'No access token was sent.',
  TOKEN_MALFORMED: 'The Authorization header or the cookie does not hold one well-formed token.',
  TOKEN_EXPIRED: 'The access token has expired.',
  TOKEN_INVALID: 'The access token is not valid here.',
  TOKEN_REVOKED: 'The session of this token has ended.',
  TOKEN_STALE: 'The grants of this user have changed since the token was issued.',
  USER_DISABLED: 'This account is disabled.',
} as const;

/** Why a logged-in viewer is refused (`extensions.reason` beside `FORBIDDEN`). */
export const forbiddenReasons = {
  INSUFFICIENT_SCOPE: 'A scope is missing.',
  MISSING_ROLE: 'A role is missing.',
  POLICY_DENIED: 'A policy denies this.',
} as const;

/** Every value that `extensions.code` can take, with the message that goes with it. */
export const errorCatalogue = {
  UNAUTHENTICATED: 'You must be logged in to do this.',
  FORBIDDEN: 'You are not allowed to do this.',
  INVALID_CREDENTIALS: 'The email or the password is wrong.',
  INVALID_REFRESH_TOKEN: 'The refresh token is not valid.',
  REFRESH_TOKEN_EXPIRED: 'The refresh token has expired. Log in again.',
  REFRESH_TOKEN_REUSED:
    'This refresh token was already used. The session has been ended, because somebody else may hold a copy of it. Log in again.',
  SESSION_REVOKED: 'This session has ended. Log in again.',
  REFRESH_DISABLED:
    'This server does not refresh tokens. Log in again when the access token has expired.',
  ACCOUNT_DISABLED: 'This account is disabled.',
  EMAIL_TAKEN: 'An account with this email exists already.',
  WEAK_PASSWORD: 'This password is too easy to guess.',
  RATE_LIMITED: 'Too many attempts. Try again later.',
  BAD_USER_INPUT: 'The input is not valid.',
  NOT_FOUND: 'There is no such object.',
  SERVICE_UNAVAILABLE: 'The service cannot answer right now. Try again shortly.',
  DOCUMENT_TOO_COMPLEX: 'The document is too complex.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side.',
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
export type UnauthenticatedReason = keyof typeof unauthenticatedReasons;
export type ForbiddenReason = keyof typeof forbiddenReasons;

/** Reasons that a fresh pair of tokens cures. `TOKEN_MISSING` joins them where a refresh cookie came along. */
export const refreshableReasons: ReadonlySet<UnauthenticatedReason> = new Set([
  'TOKEN_EXPIRED',
  'TOKEN_STALE',
]);

/** The tokens of one generation of one session, as the server hands them out. Times are integer seconds. */
export interface TokenPair {
  accessToken: string;
  accessTokenExpiresAt: number;
  /** Null where refreshing is off. */
  refreshToken: string | null;
  refreshTokenExpiresAt: number | null;
}
