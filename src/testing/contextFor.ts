import { unauthenticatedReasons, type UnauthenticatedReason } from '../common.js';
import type { Credential, Viewer, ViewerContext } from '../viewer.js';

/** Who is to be the viewer, and what they hold. */
export interface TestViewer {
  readonly id: string;
  /** Default: none. */
  readonly scopes?: Iterable<string>;
  /** Default: none. */
  readonly roles?: Iterable<string>;
  /** Default: null. */
  readonly sessionId?: string | null;
}

/**
 * A context as guards and your own resolvers see it, without a request, a store or a token. Spread yours into it.
 * It has no services: fields of this API, such as `me`, need the context of `auth.context`.
 *
 * @param viewer who asks; null = nobody; a reason of `UNAUTHENTICATED` = somebody whose token was refused for it
 * @throws TypeError for anything else
 */
export function contextFor(viewer: TestViewer | UnauthenticatedReason | null): ViewerContext {
  if (viewer === null) return contextOf({ kind: 'none', refreshable: false });
  if (typeof viewer === 'string' && Object.hasOwn(unauthenticatedReasons, viewer)) {
    return contextOf({ kind: 'rejected', reason: viewer });
  }
  if (typeof viewer !== 'object' || typeof viewer.id !== 'string') {
    throw new TypeError(
      `contextFor(viewer) expects { id, scopes, roles }, null, or one of ${Object.keys(unauthenticatedReasons).join(', ')}. Write contextFor({ id: '1', scopes: ['articles:read'] }).`,
    );
  }
  return contextOf({ kind: 'valid', viewer: viewerOf(viewer) });
}

const viewerOf = ({ id, scopes = [], roles = [], sessionId = null }: TestViewer): Viewer => ({
  id,
  sessionId,
  scopes: new Set(scopes),
  roles: new Set(roles),
});

const contextOf = (credential: Credential): ViewerContext => ({
  viewer: credential.kind === 'valid' ? credential.viewer : null,
  credential,
  payload: null,
});
