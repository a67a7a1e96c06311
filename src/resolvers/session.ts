import { ours } from '../contextParts.js';
import type { SessionResolvers } from '../generated/resolvers.js';
import { bySourceAndContext } from './sourceAndContext.js';

export const session: SessionResolvers = bySourceAndContext<SessionResolvers>({
  user: ({ userId }, _args, context) => ours(context).loaders.userById.load(userId),
  createdAt: ({ createdAt }) => new Date(createdAt),
  lastUsedAt: ({ lastUsedAt }) => new Date(lastUsedAt),
  expiresAt: ({ expiresAt }) => new Date(expiresAt),
  revokedAt: ({ revokedAt }) => (revokedAt === null ? null : new Date(revokedAt)),
  current: ({ id }, _args, { viewer }) => viewer?.sessionId === id,
});
