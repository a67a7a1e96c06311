import { ok, refuse, type Outcome } from '../outcome.js';
import type { Origin, SessionRow, Store } from '../store/store.js';
import type { Viewer } from '../viewer.js';

export interface OwnSessions {
  /** Somebody else's session and an unknown one give the same `NOT_FOUND`. */
  revoke(viewer: Viewer, sessionId: string, origin: Origin): Promise<Outcome<SessionRow>>;
  /** All of the viewer's but the present one. Answers how many live ones ended. */
  revokeOthers(viewer: Viewer, origin: Origin): Promise<number>;
}

export function createOwnSessions(store: Store): OwnSessions {
  async function revoke(viewer: Viewer, id: string, origin: Origin): Promise<Outcome<SessionRow>> {
    const userId = viewer.id;
    await store.revokeSessions({ by: 'id', id, userId }, 'revoked', {
      event: 'session_revoked',
      actorId: userId,
      userId,
      sessionId: id,
      origin,
    });
    const [session] = await store.sessionsByIds([id]);
    return session?.userId === userId ? ok(session) : refuse('NOT_FOUND', { field: 'id' });
  }

  async function revokeOthers(viewer: Viewer, origin: Origin): Promise<number> {
    const userId = viewer.id;
    // A viewer without a session stays, as one with a session does: nothing but sessions ends, and none is called ''.
    const which = { by: 'user', userId, except: viewer.sessionId ?? '' } as const;
    const audit = { event: 'sessions_revoked', actorId: userId, userId, origin } as const;
    return (await store.revokeSessions(which, 'revoked', audit)).length;
  }

  return { revoke, revokeOthers };
}
