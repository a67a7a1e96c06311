import type { MutationResolvers } from '../../generated/resolvers.js';
import { unwrap } from '../unwrap.js';

export const setUserRoles: NonNullable<MutationResolvers['setUserRoles']> = async (
  _,
  { userId, roles },
  context,
  info,
) => unwrap(await context.services.administration.setUserRoles(context, userId, roles), info);
