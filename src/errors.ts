import { GraphQLError } from 'graphql';
import {
  errorCatalogue,
  forbiddenReasons,
  unauthenticatedReasons,
  type ErrorCode,
  type ForbiddenReason,
  type UnauthenticatedReason,
} from './common.js';

/** What may stand in `extensions` beside `code`. Never a secret, a token or a password. */
export interface ErrorDetails {
  reason?: UnauthenticatedReason | ForbiddenReason | undefined;
  coordinate?: string | undefined;
  directive?: string | undefined;
  refreshable?: boolean | undefined;
  required?: unknown;
  missing?: unknown;
  /** Seconds. */
  retryAfter?: number | undefined;
  /** The input field at fault, as a path: `input.email`. */
  field?: string | undefined;
  limit?: string | undefined;
  allowed?: number | undefined;
  count?: number | undefined;
  requestId?: string | undefined;
  /** How a refused request is answered over HTTP; it never leaves as an extension. */
  http?: { status: number; headers: Map<string, string> } | undefined;
}

/** An expected failure of the catalogue, as GraphQL carries it. Only resolvers and guards make these. */
export class AuthError extends GraphQLError {
  readonly code: ErrorCode;
  /** Where a whole request is refused: the HTTP status, as Fastify and Express read it. */
  declare readonly statusCode?: number;

  constructor(code: ErrorCode, details: ErrorDetails = {}, message?: string) {
    super(message ?? messageOf(code, details), { extensions: { code, ...details } });
    this.name = 'AuthError';
    this.code = code;
    if (details.http !== undefined) this.statusCode = details.http.status;
  }
}

/** What is refused because the store could not be asked whose the token is. `cause` is for the log; it never leaves. */
export function unavailable(
  { retryAfter, cause }: { readonly retryAfter: number; readonly cause?: unknown },
  at: Pick<ErrorDetails, 'coordinate' | 'directive'> = {},
): AuthError {
  const error = new AuthError('SERVICE_UNAVAILABLE', { retryAfter, ...at });
  return Object.defineProperty(error, 'cause', { value: cause });
}

function messageOf(code: ErrorCode, { reason }: ErrorDetails): string {
  if (reason === undefined) return errorCatalogue[code];
  return reason in unauthenticatedReasons
    ? unauthenticatedReasons[reason as UnauthenticatedReason]
    : forbiddenReasons[reason as ForbiddenReason];
}
