import type { MutationResolvers } from '../../generated/resolvers.js';

export const logout: NonNullable<MutationResolvers['logout']> = async (_, { input }, context) => ({
  revokedSessions: await context.services.logout({
    refreshToken: input?.refreshToken ?? null,
    accessToken: context.accessToken,
    allSessions: input?.allSessions ?? false,
    origin: context.origin,
  }),
});
