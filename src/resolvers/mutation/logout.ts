import type { MutationResolvers } from '../../generated/resolvers.js';
import type { RequestContext } from '../../request.js';

export const logout: NonNullable<MutationResolvers['logout']> = async (_, { input }, context) => {
  const given = input?.refreshToken ?? null;
  const revokedSessions = await context.services.logout({
    ...(given === null ? presented(context) : { refreshToken: given, accessToken: null }),
    allSessions: input?.allSessions ?? false,
    origin: context.origin,
  });
  // Also where nothing ended: whoever logs out wants them gone.
  context.cookies?.clear();
  return { revokedSessions };
};

/** The header's token, else the cookies': of those the refresh token, which is good for longer. */
function presented({ accessToken, cookies }: RequestContext) {
  const ofHeader = cookies?.isCredential === true ? null : accessToken;
  if (ofHeader !== null || cookies === null) return { refreshToken: null, accessToken: ofHeader };
  const { refreshToken } = cookies;
  return { refreshToken, accessToken: refreshToken === null ? cookies.accessToken : null };
}
