import type { UnauthenticatedReason } from './common.js';

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
export interface ViewerContext {
  readonly viewer: Viewer | null;
  readonly credential: Credential;
}
