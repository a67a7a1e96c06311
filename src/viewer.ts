import { refreshableReasons, type UnauthenticatedReason } from './common.js';
import { AuthError, unavailable, type ErrorDetails } from './errors.js';

/** The authenticated caller of one request. */
export interface Viewer {
  readonly id: string;
  /** Null for a credential that belongs to no session of ours. */
  readonly sessionId: string | null;
  readonly scopes: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
}

/** What the request presented. */
export type Credential =
  | { readonly kind: 'none'; readonly refreshable: boolean }
  | { readonly kind: 'valid'; readonly viewer: Viewer }
  | { readonly kind: 'rejected'; readonly reason: UnauthenticatedReason }
  /** The store could not be asked, for `cause`: guards answer SERVICE_UNAVAILABLE, public fields go on. */
  | { readonly kind: 'unavailable'; readonly retryAfter: number; readonly cause?: unknown };

/** The least that guards need of a GraphQL context. */
export type ViewerContext = {
  readonly viewer: Viewer | null;
  readonly credential: Credential;
};

/** Whether a fresh pair of tokens would cure what this credential is refused for. */
export function isRefreshable(credential: Credential): boolean {
  if (credential.kind === 'none') return credential.refreshable;
  return credential.kind === 'rejected' && refreshableReasons.has(credential.reason);
}

/** What somebody is told who must be logged in, and is not. */
export function unauthenticated(
  credential: Exclude<Credential, { kind: 'valid' }>,
  at: Pick<ErrorDetails, 'coordinate' | 'directive'> = {},
): AuthError {
  if (credential.kind === 'unavailable') return unavailable(credential, at);
  const reason = credential.kind === 'none' ? 'TOKEN_MISSING' : credential.reason;
  const refreshable = isRefreshable(credential);
  return new AuthError('UNAUTHENTICATED', { reason, ...at, refreshable });
}
