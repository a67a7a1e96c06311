import type { MutationResolvers } from '../../generated/resolvers.js';
import { clearOwnCookies } from '../cookies.js';
import { unwrap } from '../unwrap.js';

export const revokeSession: NonNullable<MutationResolvers['revokeSession']> = async (
  _,
  { id },
  context,
  info,
) => {
  const { services, viewer, origin } = context;
  const session = unwrap(await services.ownSessions.revoke(viewer, id, origin), info);
  clearOwnCookies(context, session);
  return session;
};
