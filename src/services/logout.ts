import type { Origin, Store } from '../store/store.js';
import type { Introspect } from './introspection.js';
import type { TokenReader } from './tokenReader.js';

export interface LogoutInput {
  /** A refresh token, where the caller gave one. */
  refreshToken: string | null;
  /** Of the header; used where no refresh token was given. */
  accessToken: string | null;
  allSessions: boolean;
  origin: Origin;
}

/** Ends the session of a token. Answers how many live sessions ended; 0 for a token that is not ours. */
export type Logout = (input: LogoutInput) => Promise<number>;

export function createLogout(store: Store, reader: TokenReader, introspect: Introspect): Logout {
  async function ownerOf({ refreshToken, accessToken }: LogoutInput) {
    const result =
      refreshToken !== null
        ? await reader.refresh(refreshToken)
        : accessToken !== null
          ? await reader.access(accessToken)
          : null;
    // Expired or spent, the signature is right: its own session may always be ended with it.
    if (result?.kind !== 'valid' && result?.kind !== 'expired') return null;
    const { sub, sid } = result.claims;
    return { userId: 'userId' in result ? result.userId : sub, sessionId: sid };
  }

  return async (input) => {
    const owner = await ownerOf(input);
    if (owner === null) return 0;
    const { userId, sessionId } = owner;
    if (input.allSessions) {
      const { reason, isAnswerLost } = await introspect(
        (input.refreshToken ?? input.accessToken) as string,
      );
      // A dead token may not reach beyond its own session; nothing ends, so that the client can renew and ask again. Who
      // asks while a refresh is in the air has a spent one, which could still be renewed, and will not ask again.
      if (reason !== null && !(reason === 'TOKEN_REVOKED' && isAnswerLost)) return 0;
      return logoutEverywhere(store, userId, input.origin);
    }
    const which = { by: 'id', id: sessionId, userId } as const;
    const audit = auditOf(userId, input.origin);
    return (await store.revokeSessions(which, 'logout', { ...audit, sessionId })).length;
  };
}

/** Ends all that a user has. Answers how many live sessions there were. */
export async function logoutEverywhere(
  store: Store,
  userId: string,
  origin: Origin,
): Promise<number> {
  const audit = { ...auditOf(userId, origin), details: { allSessions: true } };
  return (await store.revokeSessions({ by: 'user', userId }, 'logout', audit)).length;
}

const auditOf = (userId: string, origin: Origin) =>
  ({ event: 'logout', actorId: userId, userId, origin }) as const;
