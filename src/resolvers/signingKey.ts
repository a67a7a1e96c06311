import type { SigningKeyResolvers } from '../generated/resolvers.js';
import { bySourceAndContext } from './sourceAndContext.js';

export const signingKey: SigningKeyResolvers = bySourceAndContext<SigningKeyResolvers>({
  createdAt: ({ createdAt }) => new Date(createdAt),
  signsFrom: ({ signsFrom }) => new Date(signsFrom),
  retiredAt: ({ retiredAt }) => (retiredAt === null ? null : new Date(retiredAt)),
});
