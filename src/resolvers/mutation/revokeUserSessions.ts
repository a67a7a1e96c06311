import type { MutationResolvers } from '../../generated/resolvers.js';
import { clearOwnCookies } from '../cookies.js';
import { unwrap } from '../unwrap.js';

export const revokeUserSessions: NonNullable<MutationResolvers['revokeUserSessions']> = async (
  _,
  { userId },
  context,
  info,
) => {
  const ended = unwrap(
    await context.services.administration.revokeUserSessions(context, userId),
    info,
  );
  clearOwnCookies(context, { userId });
  return ended;
};
