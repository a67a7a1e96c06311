import type { MutationResolvers } from '../../generated/resolvers.js';
import { clearOwnCookies } from '../cookies.js';
import { unwrap } from '../unwrap.js';

export const revokeUserSessions: NonNullable<MutationResolvers['revokeUserSessions']> = async (
  _,
  { userId },
  context,
) => {
  const ended = unwrap(await context.services.administration.revokeUserSessions(context, userId));
  clearOwnCookies(context, { userId });
  return ended;
};
