import type { MutationResolvers } from '../../generated/resolvers.js';
import { clearOwnCookies } from '../cookies.js';
import { unwrap } from '../unwrap.js';

export const disableUser: NonNullable<MutationResolvers['disableUser']> = async (
  _,
  { userId },
  context,
  info,
) => {
  const user = unwrap(await context.services.administration.disableUser(context, userId), info);
  clearOwnCookies(context, { userId });
  return user;
};
