import type { UnauthenticatedReason } from '../common.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { hasEnded, isAnswerLost } from '../store/rotation.js';
import type { SessionState, Store } from '../store/store.js';
import { SECOND, type Clock } from '../time.js';
import type { AccessClaims, RefreshClaims } from '../tokens/jwt.js';
import type { LegacyClaims } from '../tokens/legacy.js';
import { reasonOf, type Authenticator } from './authenticate.js';
import type { Sessions } from './sessions.js';
import type { SessionSettings } from './settings.js';
import type { TokenReader } from './tokenReader.js';

/** What a token is worth here (RFC 7662 §2.2). The claims are those of a token with a right signature. */
export interface TokenVerdict {
  reason: UnauthenticatedReason | null;
  tokenType: 'ACCESS' | 'REFRESH' | null;
  claims: AccessClaims | RefreshClaims | LegacyClaims['payload'] | null;
  /** Whose it is by its claims. */
  userId: string | null;
  /** A spent refresh token, but the pair that came after it was never used, and a refresh would give it again. */
  isAnswerLost?: boolean;
  /** What the claims mean, where they are not ours. */
  legacy?: LegacyMeaning;
}

export interface LegacyMeaning extends Pick<LegacyClaims, 'iat' | 'exp'> {
  /** Of the user at present; null for a token that is not good. */
  scopes: string[] | null;
}

/** Judges a token as a request would, without using it: nothing is written. */
export type Introspect = (token: string) => MaybePromise<TokenVerdict>;

interface Dependencies {
  store: Store;
  reader: TokenReader;
  authenticator: Authenticator;
  settings: SessionSettings;
  sessions: Pick<Sessions, 'window' | 'bound'>;
  clock: Clock;
}

const ofClaims = (claims: RefreshClaims) => ({ claims, userId: claims.sub });

export function createIntrospect(dependencies: Dependencies): Introspect {
  const { store, reader, authenticator, settings, clock } = dependencies;
  const { window, bound } = dependencies.sessions;

  function refreshReason(claims: RefreshClaims, state: SessionState | null) {
    if (!settings.allowRefresh || (state !== null && state.session.userId !== claims.sub)) {
      return 'TOKEN_INVALID';
    }
    if (state === null) return 'TOKEN_REVOKED';
    if (state.userDisabledAt !== null) return 'USER_DISABLED';
    if (state.session.revokedAt !== null) return 'TOKEN_REVOKED';
    const { expiresAt, generation } = state.session;
    const createdAt = claims.orig_iat * SECOND;
    if (hasEnded({ expiresAt, createdAt }, clock.now(), bound)) return 'TOKEN_EXPIRED';
    return claims.gen < generation ? 'TOKEN_REVOKED' : null;
  }

  function ofRefresh(token: string, otherwise: UnauthenticatedReason): MaybePromise<TokenVerdict> {
    return andThen(reader.refresh(token), (refresh) => {
      if (refresh.kind === 'expired' && window !== null) {
        return { reason: 'TOKEN_EXPIRED', tokenType: 'REFRESH', ...ofClaims(refresh.claims) };
      }
      if (!('claims' in refresh)) {
        return { reason: otherwise, tokenType: null, claims: null, userId: null };
      }
      const { claims } = refresh;
      return andThen(store.sessionState(claims.sid), (state) => ({
        reason: refreshReason(claims, state),
        isAnswerLost:
          state !== null &&
          state.session.revokedAt === null &&
          isAnswerLost(claims.gen, state.session, settings.refreshReuseInterval),
        tokenType: 'REFRESH' as const,
        ...ofClaims(claims),
      }));
    });
  }

  return (token) =>
    andThen(reader.access(token), (access): MaybePromise<TokenVerdict> => {
      if (access.kind === 'expired') {
        const { claims, userId } = access;
        return { reason: 'TOKEN_EXPIRED', tokenType: 'ACCESS', claims, userId };
      }
      if (access.kind !== 'valid') return ofRefresh(token, reasonOf(access.kind));
      const { claims, userId } = access;
      return andThen(store.sessionState(claims.sid), (state) => ({
        reason: authenticator.judge(claims, state, userId),
        tokenType: 'ACCESS' as const,
        claims,
        userId,
      }));
    });
}
