import type { ErrorCode, ForbiddenReason, UnauthenticatedReason } from '../common.js';

/** Codes that Apollo Server gives before an operation runs: a mistake in how the client is set up. */
type ServerCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'BAD_REQUEST';

type Told<Code extends string, More = object> = {
  readonly code: Code;
  readonly message: string;
} & Readonly<More>;

/** Codes that carry more than a message. */
type Detailed =
  | Told<'UNAUTHENTICATED', { reason: UnauthenticatedReason; refreshable: boolean }>
  | Told<'FORBIDDEN', { reason: ForbiddenReason }>
  | Told<'RATE_LIMITED' | 'SERVICE_UNAVAILABLE', { retryAfter?: number }>
  | Told<'BAD_USER_INPUT' | 'EMAIL_TAKEN' | 'WEAK_PASSWORD' | 'NOT_FOUND', { field?: string }>
  | Told<'INTERNAL_SERVER_ERROR', { requestId?: string }>;

/**
 * Why something did not work, told apart by `code`: the server's catalogue, and two codes of the client's own.
 * `NO_ANSWER`: the server was not reached, or what answered was not the GraphQL server (`status`, where there was one).
 * `CANCELLED`: `logout` was called or somebody else logged in meanwhile, or `dispose` was called before.
 */
export type AuthProblem =
  | Detailed
  | Told<Exclude<ErrorCode, Detailed['code']> | ServerCode | 'CANCELLED'>
  | Told<'NO_ANSWER', { status?: number }>;

export const CANCELLED = { code: 'CANCELLED', message: 'CANCELLED' } as const;

/**
 * What `getAccessToken` and `fetch` reject with when an expired token could not be renewed. The session goes on.
 * `name` is `AuthClientError`.
 */
export interface AuthClientError extends Error {
  readonly problem: AuthProblem;
  /** Milliseconds until the client tries again by itself. */
  readonly retryIn: number;
}

export const clientError = (problem: AuthProblem, retryIn: number): AuthClientError =>
  Object.assign(new Error(problem.message), { name: 'AuthClientError', problem, retryIn });

/** Why a session ended: told once, in every tab. `LOGGED_OUT`: by `logout`, here or in another tab. */
export type EndReason =
  | 'LOGGED_OUT'
  | 'REFRESH_TOKEN_REUSED'
  | 'SESSION_REVOKED'
  | 'REFRESH_TOKEN_EXPIRED'
  | 'INVALID_REFRESH_TOKEN'
  | 'REFRESH_DISABLED'
  | 'ACCOUNT_DISABLED'
  | Exclude<UnauthenticatedReason, 'TOKEN_MISSING'>;

/** What the server says when a refresh can never work again. Anything else may pass. */
const terminal = /^(REFRESH_|SESSION_R|INVALID_R|ACCOUNT_D)/;

/** The reason, if this ends the session. */
export function endReasonOf(problem: Partial<AuthProblem>): EndReason | null {
  const { code, reason, refreshable } = problem as Record<string, string>;
  if (code !== 'UNAUTHENTICATED') return terminal.test(code!) ? (code as EndReason) : null;
  return refreshable || reason === 'TOKEN_MISSING' ? null : (reason as EndReason);
}
