import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

export const enableUser: NonNullable<MutationResolvers['enableUser']> = async (
  _,
  { userId },
  context,
  info,
) => unwrap(await context.services.administration.enableUser(context, userId), info);
