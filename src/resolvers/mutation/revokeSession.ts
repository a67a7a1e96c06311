import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

export const revokeSession: NonNullable<MutationResolvers['revokeSession']> = async (
  _,
  { id },
  context,
) => unwrap(await context.services.ownSessions.revoke(context.viewer, id, context.origin));
