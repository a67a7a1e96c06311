import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

export const revokeUserSessions: NonNullable<MutationResolvers['revokeUserSessions']> = async (
  _,
  { userId },
  context,
) => unwrap(await context.services.administration.revokeUserSessions(context, userId));
