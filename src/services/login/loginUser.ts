import type { Outcome } from '../../outcome.js';
import type { Origin, UserRow } from '../../store/store.js';
import type { IssuedSession, Sessions } from '../sessions.js';
import { noSuchUser } from '../users.js';

/**
 * Opens a session for a user whom the caller has identified without a password of ours: by an emailed link, another
 * identity provider, a passkey. Counts no attempts. `NOT_FOUND`, `ACCOUNT_DISABLED`.
 */
export type LoginUser = (userId: string, origin: Origin) => Promise<Outcome<IssuedSession>>;

/** Reads a user by the id; null where there is none. */
export type FindUser = (userId: string) => Promise<UserRow | null>;

/** @param find where users are kept elsewhere; of ours the store says itself whether there is one */
export function createLoginUser(sessions: Sessions, find: FindUser | undefined): LoginUser {
  return async (userId, origin) => {
    // One engine would take the number 7 for the text '7', another would not.
    if (typeof userId !== 'string') {
      throw new TypeError(
        `loginUser expects the id of a user, which is a text; got ${typeof userId}. Write loginUser(String(id), origin).`,
      );
    }
    if (find && (await find(userId)) === null) return noSuchUser();
    const opened = await sessions.open(
      { userId, passwordHash: null, origin },
      { event: 'login', actorId: userId, userId, origin, details: { method: 'other' } },
    );
    // No hash was compared: there is no such user.
    return !opened.ok && opened.code === 'INVALID_CREDENTIALS' ? noSuchUser() : opened;
  };
}
