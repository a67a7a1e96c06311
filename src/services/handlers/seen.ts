import type { HandlerSession, HandlerUser } from '../../handlers.js';
import type { SessionRow, UserRow } from '../../store/store.js';

/** A user as handlers see them: a handler that copies all of it into a token gives no hash away. */
export function seenUser(row: UserRow & { readonly own?: unknown }): HandlerUser {
  const { id, email, createdAt, lastLoginAt, disabledAt } = row;
  return Object.freeze({
    id,
    email,
    createdAt,
    lastLoginAt,
    disabledAt,
    ...('own' in row && { own: row.own }),
  });
}

export function seenSession(row: SessionRow): HandlerSession {
  const { id, userId, createdAt, generation, expiresAt, ipAddress, userAgent } = row;
  return Object.freeze({ id, userId, createdAt, generation, expiresAt, ipAddress, userAgent });
}
