import type { TokenStatusResolvers } from '../generated/resolvers.js';
import type { LegacyMeaning, TokenVerdict } from '../services/introspection.js';
import type { AccessClaims, RefreshClaims } from '../tokens/jwt.js';
import { SECOND } from '../time.js';
import { bySourceAndContext } from './sourceAndContext.js';

/** What a token says, in one form for ours and those of another system. */
function meaningOf({
  claims,
  legacy,
}: TokenVerdict): (LegacyMeaning & { sid: string | null }) | null {
  if (legacy !== undefined) return { ...legacy, sid: null };
  if (claims === null) return null;
  const { sid, iat, exp, scope } = claims as RefreshClaims & Partial<AccessClaims>;
  return { sid, iat, exp, scopes: scope?.split(' ').filter(Boolean) ?? null };
}

const moment = (seconds: number | undefined): Date | null =>
  seconds === undefined ? null : new Date(seconds * SECOND);

export const tokenStatus: TokenStatusResolvers = bySourceAndContext<TokenStatusResolvers>({
  active: ({ reason }) => reason === null,
  sessionId: (verdict) => meaningOf(verdict)?.sid ?? null,
  scopes: (verdict) => meaningOf(verdict)?.scopes ?? null,
  issuedAt: (verdict) => moment(meaningOf(verdict)?.iat),
  expiresAt: (verdict) => moment(meaningOf(verdict)?.exp),
});
