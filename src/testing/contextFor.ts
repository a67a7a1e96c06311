import { unauthenticatedReasons, type UnauthenticatedReason } from '../common.js';
import type { Credential, Viewer, ViewerContext } from '../viewer.js';
import { namesIn } from './misuse.js';

/** Who is to be the viewer, and what they hold. */
export interface TestViewer {
  readonly id: string;
  /** Default: none. */
  readonly scopes?: readonly string[] | ReadonlySet<string> | undefined;
  /** Default: none. */
  readonly roles?: readonly string[] | ReadonlySet<string> | undefined;
  /** Default: null. */
  readonly sessionId?: string | null | undefined;
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

const viewerOf = ({ id, scopes, roles, sessionId = null }: TestViewer): Viewer => ({
  id,
  sessionId,
  scopes: new Set(namesIn('contextFor: scopes', scopes)),
  roles: new Set(namesIn('contextFor: roles', roles)),
});

const contextOf = (credential: Credential): ViewerContext => ({
  viewer: credential.kind === 'valid' ? credential.viewer : null,
  credential,
});
