import type { TokenStatusResolvers } from '../generated/resolvers.js';
import { SECOND } from '../time.js';

export const tokenStatus: TokenStatusResolvers = {
  active: ({ reason }) => reason === null,
  sessionId: ({ claims }) => claims?.sid ?? null,
  scopes: ({ claims }) =>
    claims !== null && 'scope' in claims ? claims.scope.split(' ').filter(Boolean) : null,
  issuedAt: ({ claims }) => (claims === null ? null : new Date(claims.iat * SECOND)),
  expiresAt: ({ claims }) => (claims === null ? null : new Date(claims.exp * SECOND)),
};
