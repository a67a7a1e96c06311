import type { GraphQLResolveInfo } from 'graphql';
import { refreshableReasons } from '../common.js';
import { coordinateOf } from '../coordinate.js';
import { AuthError, unavailable } from '../errors.js';
import type { Credential, ViewerContext } from '../viewer.js';

/** What somebody is told who is nobody here, for a reason that the credential knows. */
export function unauthenticated(
  credential: Exclude<Credential, { kind: 'valid' }>,
  info: GraphQLResolveInfo,
): AuthError {
  switch (credential.kind) {
    case 'unavailable':
      return unavailable(credential);
    case 'none':
      return refusal('TOKEN_MISSING', credential.refreshable, info);
    case 'rejected': {
      const { reason } = credential;
      return refusal(reason, refreshableReasons.has(reason), info);
    }
  }
}

const refusal = (
  reason: Extract<Credential, { kind: 'rejected' }>['reason'],
  refreshable: boolean,
  info: GraphQLResolveInfo,
): AuthError =>
  new AuthError('UNAUTHENTICATED', { reason, coordinate: coordinateOf(info), refreshable });

/**
 * Throws where a guard should have: in a schema whose resolvers were set when it was guarded already, nothing stands
 * before them, and to the services nobody is the command line, which may do everything.
 */
export function assertViewer(
  { viewer, credential }: ViewerContext,
  info: GraphQLResolveInfo,
): void {
  if (viewer !== null) return;
  const nobody = { kind: 'none', refreshable: false } as const;
  throw unauthenticated(credential.kind === 'valid' ? nobody : credential, info);
}
