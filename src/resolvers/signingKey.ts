import type { SigningKeyResolvers } from '../generated/resolvers.js';

export const signingKey: SigningKeyResolvers = {
  createdAt: ({ createdAt }) => new Date(createdAt),
  signsFrom: ({ signsFrom }) => new Date(signsFrom),
  retiredAt: ({ retiredAt }) => (retiredAt === null ? null : new Date(retiredAt)),
};
