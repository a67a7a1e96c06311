import { createAttachments } from '../attachments.js';
import type { UnauthenticatedReason } from '../common.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { keepQuestion } from '../recheck.js';
import {
  ADMIN_ROLE,
  StoreUnavailableError,
  type SessionState,
  type Store,
} from '../store/store.js';
import type { Clock } from '../time.js';
import type { AccessClaims } from '../tokens/jwt.js';
import type { Credential, Viewer } from '../viewer.js';
import { versionOf, type GrantsReader } from './grants.js';
import type { SessionCache } from './sessionCache.js';
import type { ReadResult, TokenReader } from './tokenReader.js';

export interface Authenticator {
  /**
   * What an access token is worth for this request. Synchronous where the store is. Never throws for a bad token.
   * `issuer` says whose token it must be; without it the token tells.
   */
  authenticate(token: string, issuer?: TokenIssuer): MaybePromise<Credential>;
  /**
   * The same judgement over claims already read, with the row at hand. `userId` is whose the token is by its claims.
   * Null = accepted. Changes nothing.
   */
  judge(
    claims: AccessClaims,
    state: SessionState | null,
    userId?: string,
  ): UnauthenticatedReason | null;
}

/** Whose token a request presents: one of ours, or one of the system that `legacyTokens` names. */
export type TokenIssuer = 'own' | 'legacy';

interface Dependencies {
  store: Store;
  reader: TokenReader;
  grants: GrantsReader;
  clock: Clock;
  /** What may be believed without asking the store; null = nothing. */
  cache?: SessionCache | null;
}

export function createAuthenticator({
  store,
  reader,
  grants,
  clock,
  cache = null,
}: Dependencies): Authenticator {
  // The token cache answers with the same claims object each time; so the viewer is built once a token.
  const viewers = createAttachments<AccessClaims, Credential & { kind: 'valid' }>();

  function accept(claims: AccessClaims, state: SessionState, token: string): Credential {
    // "Used" is what tells a lost answer from a theft; the write waits for the next commit.
    if (claims.gen > state.session.usedGeneration) {
      store.markUsed(claims.sid, claims.gen, clock.now());
      cache?.used(state, claims.gen);
    }
    const known = viewers.get(claims);
    if (known !== undefined) return known;
    const credential = { kind: 'valid', viewer: viewerOf(claims, state.session.userId) } as const;
    viewers.set(claims, credential);
    keepQuestion(credential, () => authenticate(token));
    return credential;
  }

  function viewerOf({ sid, scope, roles }: AccessClaims, id: string): Viewer {
    const scopes = new Set(scope === '' ? [] : scope.split(' '));
    const held = new Set(roles);
    // A newer schema may name scopes that nobody knew when the token was made.
    if (held.has(ADMIN_ROLE)) grants.schemaScopes().forEach((name) => scopes.add(name));
    return { id, sessionId: sid, scopes, roles: held };
  }

  function judge(
    claims: AccessClaims,
    state: SessionState | null,
    userId = claims.sub,
  ): UnauthenticatedReason | null {
    if (state === null) return 'TOKEN_REVOKED';
    const { session } = state;
    if (session.userId !== userId) return 'TOKEN_INVALID';
    if (state.userDisabledAt !== null) return 'USER_DISABLED';
    if (session.revokedAt !== null) return 'TOKEN_REVOKED';
    if (session.expiresAt <= clock.now()) return 'TOKEN_EXPIRED';
    const { gen } = claims;
    // Above the row's generation: the store is older than the token (a restored backup).
    const isCurrent = gen >= session.generation || gen === session.parent;
    if (!isCurrent) return 'TOKEN_EXPIRED';
    const present = versionOf(state.userChangeNumber, state.roleTableVersion);
    return claims.ver === present ? null : 'TOKEN_STALE';
  }

  function credentialOf(result: ReadResult<AccessClaims>, token: string): MaybePromise<Credential> {
    if (result.kind !== 'valid') return rejected(reasonOf(result.kind));
    const { claims, userId } = result;
    const remembered = cache?.get(userId, claims.sid);
    // Memory may only say yes: before any refusal the row is read afresh.
    if (remembered !== undefined && judge(claims, remembered, userId) === null) {
      return accept(claims, remembered, token);
    }
    const { sid } = claims;
    return andThen(cache === null ? store.sessionState(sid) : cache.read(sid), (row) => {
      const reason = judge(claims, row, userId);
      return reason === null ? accept(claims, row as SessionState, token) : rejected(reason);
    });
  }

  const authenticate = (token: string): MaybePromise<Credential> =>
    orUnavailable(() => andThen(reader.access(token), (result) => credentialOf(result, token)));

  return { authenticate, judge };
}

/** What a token that could not be read as ours counts as. */
export function reasonOf(
  kind: 'malformed' | 'unknown-key' | 'invalid' | 'expired' | 'removed-key',
): UnauthenticatedReason {
  switch (kind) {
    case 'malformed':
      return 'TOKEN_MALFORMED';
    case 'expired':
    // Unread: a client that is honest renews, and gets a token of a key that is there.
    case 'removed-key':
      return 'TOKEN_EXPIRED';
    case 'unknown-key':
    case 'invalid':
      return 'TOKEN_INVALID';
  }
}

export const rejected = (reason: UnauthenticatedReason): Credential => ({
  kind: 'rejected',
  reason,
});

/** The credential, or that the store could not be asked for it. */
export function orUnavailable(find: () => MaybePromise<Credential>): MaybePromise<Credential> {
  try {
    const credential = find();
    return credential instanceof Promise ? credential.catch(unavailable) : credential;
  } catch (error) {
    return unavailable(error);
  }
}

function unavailable(error: unknown): Credential {
  if (error instanceof StoreUnavailableError) {
    return { kind: 'unavailable', retryAfter: error.retryAfter, cause: error };
  }
  throw error;
}
