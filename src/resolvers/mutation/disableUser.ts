import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

export const disableUser: NonNullable<MutationResolvers['disableUser']> = async (
  _,
  { userId },
  context,
) => unwrap(await context.services.administration.disableUser(context, userId));
