import type { GraphQLResolveInfo } from 'graphql';
import { coordinateOf } from '../coordinate.js';
import { unauthenticated, type ViewerContext } from '../viewer.js';

/**
 * Throws where a guard should have: in a schema whose resolvers were set when it was guarded already, nothing stands
 * before them, and to the services nobody is the command line, which may do everything.
 */
export function assertViewer(
  { viewer, credential }: ViewerContext,
  info: GraphQLResolveInfo,
): void {
  if (viewer !== null) return;
  if (credential.kind === 'unavailable') throw unauthenticated(credential);
  const nobody = { kind: 'none', refreshable: false } as const;
  const coordinate = coordinateOf(info);
  throw unauthenticated(credential.kind === 'valid' ? nobody : credential, { coordinate });
}
