import type { AuditInput, RevokeCause } from '../rows.js';
import type { WhichSessions } from '../verbs.js';
import type { Engine } from './engine.js';

export interface Revoking {
  sessions: (which: WhichSessions, cause: RevokeCause, audit: AuditInput) => string[];
  /** Ends every session of the user and refuses his other tokens. Answers the ids of those that were live. */
  everything: (userId: string, cause: RevokeCause, now: number) => string[];
}

/** Ending sessions. One that has run out already is marked too, but not counted. */
export function createRevoking({ db, clock, audit }: Engine): Revoking {
  type Ended = { id: string; userId: string; live: 0 | 1 };
  type Bindings = { now: number; cause: RevokeCause; id: string };
  const update = `UPDATE sessions SET revoked_at = :now, revoked_cause = :cause`;
  const answer = `AND revoked_at IS NULL RETURNING id, user_id AS userId, expires_at > :now AS live`;
  const byId = db.prepare<[Bindings & { userId: string | null }], Ended>(
    `${update} WHERE id = :id AND (:userId IS NULL OR user_id = :userId) ${answer}`,
  );
  const byUser = db.prepare<[Bindings & { except: string | null }], Ended>(
    `${update} WHERE user_id = :id AND id IS NOT :except ${answer}`,
  );
  const exists = db.prepare<[string], unknown>('SELECT 1 FROM users WHERE id = ?');
  const takeBack = db.prepare<[number, string]>(
    'UPDATE users SET tokens_revoked_at = ? WHERE id = ?',
  );
  const live = (ended: Ended[]): string[] =>
    ended.filter((session) => session.live === 1).map((session) => session.id);

  const everything = (userId: string, cause: RevokeCause, now: number): string[] => {
    takeBack.run(now, userId);
    return live(byUser.all({ now, cause, id: userId, except: null }));
  };

  return {
    everything,
    sessions(which, cause, input) {
      const now = clock.now();
      if (which.by === 'user' && which.except === undefined) {
        if (!exists.get(which.userId)) return [];
        const ids = everything(which.userId, cause, now);
        audit.record(now, input, { userId: which.userId });
        return ids;
      }
      const ended =
        which.by === 'id'
          ? byId.all({ now, cause, id: which.id, userId: which.userId ?? null })
          : byUser.all({ now, cause, id: which.userId, except: which.except ?? null });
      const ids = live(ended);
      const about = { userId: ended[0]?.userId, ...(which.by === 'id' && { sessionId: which.id }) };
      if (ids.length > 0) audit.record(now, input, about);
      return ids;
    },
  };
}
