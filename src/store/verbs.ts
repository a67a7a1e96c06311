/** What the store's verbs take and answer. Times are milliseconds since 1970. */
import type {
  KeyRow,
  AuditEvent,
  GrantsRow,
  Origin,
  SessionRow,
  UserCursor,
  UserRow,
} from './rows.js';

export interface UsersQuery {
  /** Ascending by (createdAt, id). Exactly one of `first` and `last` is set. */
  first: number | null;
  last: number | null;
  after: UserCursor | null;
  before: UserCursor | null;
  /** Case-insensitive part of the email; null = all. `%` and `_` are plain characters. */
  search: string | null;
}

export interface UsersPage {
  users: UserRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

export interface NewUser {
  id: string;
  email: string;
  passwordHash: string | null;
  createdAt: number;
  roles: readonly string[];
  /** What another system calls them; `userByUsername` finds them by it. Unique. Default null. */
  username?: string | null;
  /** Default null. A disabled account has no token that is older. */
  disabledAt?: number | null;
  /** Default null. */
  lastLoginAt?: number | null;
  /** Refuse with `not-empty` when any user exists: for the administrator of the first start. */
  onlyIfEmpty?: boolean;
}

export type CreateUserOutcome =
  | { kind: 'created'; user: UserRow }
  | { kind: 'email-taken' }
  | { kind: 'not-empty' }
  | { kind: 'unknown-role'; role: string };

export interface OpenSession {
  id: string;
  userId: string;
  /** The hash that was verified: a password changed meanwhile opens nothing. Null = do not ask. */
  expectedPasswordHash: string | null;
  expiresAt: number;
  origin: Origin;
  /** Remembered as one that has logged in to the account: what `knownAddress` is asked for. Null = nothing. */
  network: string | null;
  /** Live sessions a user may hold, this one included; the least recently used beyond it end. */
  maxSessions: number;
}

export type OpenSessionOutcome =
  | { kind: 'opened'; session: SessionRow; user: UserRow; grants: GrantsRow }
  | { kind: 'disabled' }
  /** The user is gone or the password is no longer the one that was verified. */
  | { kind: 'changed' };

export interface Rotate {
  sessionId: string;
  /** The token's `sub`; must be the session's user. */
  userId: string;
  /** The presented generation, p. */
  generation: number;
  origin: Origin;
  /** Milliseconds; 0 is strict: neither `repeated` nor `replaced`. */
  reuseInterval: number;
  /** Milliseconds from the login after which nothing is refreshed; null = only the row's `expiresAt` counts. */
  window: number | null;
  /** Where sliding: the new end, given the clock and the login. Null keeps the row's `expiresAt`. */
  slide: ((now: number, createdAt: number) => number) | null;
}

export type RotateOutcome =
  | {
      kind: 'rotated' | 'repeated' | 'replaced' | 'ahead';
      /** The row after the step. */
      session: SessionRow;
      user: UserRow;
      grants: GrantsRow;
      /** The store's clock at the decision. */
      now: number;
    }
  | { kind: 'unknown' }
  | { kind: 'disabled' }
  | { kind: 'revoked' }
  | { kind: 'ended' }
  | { kind: 'reused' };

export type WhichSessions =
  { by: 'id'; id: string; userId?: string } | { by: 'user'; userId: string; except?: string };

export interface ChangePassword {
  userId: string;
  /** The hash that was verified; null = do not ask (an administrator at the command line). */
  expectedHash: string | null;
  newHash: string;
  /** Every session ends; this one opens in the same step. Null opens none. */
  session: Omit<OpenSession, 'userId' | 'expectedPasswordHash' | 'maxSessions'> | null;
}

export type ChangePasswordOutcome =
  | {
      kind: 'changed';
      session: SessionRow | null;
      user: UserRow;
      grants: GrantsRow;
      revokedSessions: number;
    }
  | { kind: 'conflict' }
  | { kind: 'disabled' }
  | { kind: 'not-found' };

/** Policy reads, decides, and writes on the condition that what it read still stands; else `conflict`. */
export interface ChangeUser {
  userId: string;
  /** The user's change number that the decision was based on; null = do not ask. */
  expectedChangeNumber: number | null;
}

export interface SetUserRoles extends ChangeUser {
  roles: readonly string[];
}

export type GrantOutcome =
  | { kind: 'done'; user: UserRow; revokedSessions: number }
  | { kind: 'conflict' }
  | { kind: 'not-found' }
  | { kind: 'unknown-role'; role: string }
  /** The last enabled holder of `admin` stays. */
  | { kind: 'last-admin' };

export interface UpsertRole {
  name: string;
  /** Undefined keeps what is there. */
  description: string | null | undefined;
  scopes: readonly string[];
  expectedVersion: number | null;
}

export interface AuditQuery {
  userId?: string;
  sessionId?: string;
  event?: AuditEvent;
  limit: number;
}

export interface Prune {
  /** Sessions that ended before this. A revoked one stays until its end: its tokens are answered for till then. */
  sessionsBefore: number;
  /** Audit rows of refreshes older than this. */
  refreshAuditBefore: number;
  /** Every other audit row older than this. */
  auditBefore: number;
  /** Address knowledge older than this. */
  addressesBefore: number;
  /** The secrets of keys that were retired before this are erased. */
  keySecretsBefore: number;
  /** Keys that were retired before this are forgotten. */
  keysBefore: number;
  limit: number;
}

export interface AddKey {
  key: KeyRow;
  /** From when on the other keys of this purpose and algorithm verify nothing any more; null = they stay. */
  retireOthersAt: number | null;
  /** All that the caller has read. */
  seen: readonly KeyRow[];
}

/** All keys, or `changed`: others have brought secrets that the caller has not seen. */
export type KeysOutcome = KeyRow[] | 'changed';

export interface RetireKey {
  kid: string;
  /** From when on it verifies nothing any more. An earlier time that is set already stays. */
  at: number;
  /** The algorithm of which a key of its purpose must sign ever after; null = none need. */
  signing: string | null;
}

export type RetireKeyOutcome =
  | { kind: 'retired'; keys: KeyRow[] }
  | { kind: 'not-found' }
  /** No other key of its purpose would sign by then, and ever after, with the algorithm that was named. */
  | { kind: 'needed' };

/** The secret of a key, which is replaced by another where it is still this one. */
export interface SealKey {
  kid: string;
  from: Uint8Array;
  to: Uint8Array;
}
