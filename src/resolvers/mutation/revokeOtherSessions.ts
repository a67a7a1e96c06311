import type { MutationResolvers } from '../../generated/resolvers.js';

export const revokeOtherSessions: NonNullable<MutationResolvers['revokeOtherSessions']> = (
  _,
  _args,
  context,
) => context.services.ownSessions.revokeOthers(context.viewer, context.origin);
