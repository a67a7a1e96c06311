import type { MaybePromise } from '../outcome.js';

/**
 * The store: few, coarse, atomic verbs over rows. Every verb is one atomic step, with its audit row in the
 * same transaction. Reads answer at once where the engine is synchronous. Writes always answer with a promise
 * that settles after COMMIT. Times are milliseconds since 1970.
 */
export interface Store {
  // -- reads ---------------------------------------------------------------------------------------------
  /** The hot path: all that decides whether an access token of this session still opens fields. One query. */
  sessionState(sessionId: string): MaybePromise<SessionState | null>;
  /** In the order of the ids; null where there is none. One statement however many ids. */
  usersByIds(ids: readonly string[]): MaybePromise<(UserRow | null)[]>;
  sessionsByIds(ids: readonly string[]): MaybePromise<(SessionRow | null)[]>;
  /** Live sessions (neither revoked nor ended) of each user, newest first. One statement. */
  liveSessionsByUserIds(userIds: readonly string[]): MaybePromise<SessionRow[][]>;
  /** `email` as `normalizeEmail` makes it. */
  userByEmail(email: string): MaybePromise<UserRow | null>;
  /** Names of the roles of each user, in alphabetical order. One statement. */
  rolesByUserIds(userIds: readonly string[]): MaybePromise<string[][]>;
  /** The whole role table with its change number: it is small. In alphabetical order. */
  roleTable(): MaybePromise<RoleTable>;
  usersPage(query: UsersQuery): MaybePromise<UsersPage>;
  countUsers(search: string | null): MaybePromise<number>;
  /** Whether this address has logged in to the account since `since`. */
  knownAddress(userId: string, address: string, since: number): MaybePromise<boolean>;
  keys(): MaybePromise<KeyRow[]>;
  /** Newest first. */
  auditEvents(query: AuditQuery): MaybePromise<AuditRow[]>;
  /** Throws where the store cannot be read; for `/readyz`. */
  ping(): MaybePromise<void>;

  // -- writes --------------------------------------------------------------------------------------------
  createUser(user: NewUser, audit: AuditInput): Promise<CreateUserOutcome>;
  openSession(input: OpenSession, audit: AuditInput): Promise<OpenSessionOutcome>;
  rotate(input: Rotate): Promise<RotateOutcome>;
  /**
   * Notes that an access token of `generation` was accepted. Returns at once, never fails; the write joins the
   * next commit, at most 1 s later and before any rotation of that session in this process.
   */
  markUsed(sessionId: string, generation: number, at: number): void;
  /** Ends sessions. Answers the ids of those that were live until now. */
  revokeSessions(which: WhichSessions, cause: RevokeCause, audit: AuditInput): Promise<string[]>;
  changePassword(input: ChangePassword, audit: AuditInput): Promise<ChangePasswordOutcome>;
  /** Replaces the hash where it is still `expectedHash`; ends nothing: for re-hashing at login. */
  upgradePasswordHash(userId: string, expectedHash: string, newHash: string): Promise<void>;
  setUserRoles(input: SetUserRoles, audit: AuditInput): Promise<GrantOutcome>;
  disableUser(input: ChangeUser, audit: AuditInput): Promise<GrantOutcome>;
  enableUser(input: ChangeUser, audit: AuditInput): Promise<GrantOutcome>;
  upsertRole(input: UpsertRole, audit: AuditInput): Promise<RoleRow | 'conflict'>;
  /** Adds each key whose purpose has no key yet; answers all keys. Two processes that start at once agree. */
  ensureKeys(keys: readonly KeyRow[]): Promise<KeyRow[]>;
  /** Writes an audit row of its own, for events that change nothing else. */
  recordEvent(audit: AuditInput): Promise<void>;
  /** Deletes at most `limit` expired rows of each kind. Answers how many went; call again while it is full. */
  prune(input: Prune): Promise<number>;
  close(): Promise<void>;
}

/** Thrown by any verb when the engine cannot answer now (locked, disk full, unreachable, gone). */
export class StoreUnavailableError extends Error {
  /** Seconds. */
  readonly retryAfter: number;
  constructor(message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StoreUnavailableError';
    this.retryAfter = options.retryAfter ?? 1;
  }
}

export interface UserRow {
  id: string;
  email: string;
  passwordHash: string | null;
  createdAt: number;
  lastLoginAt: number | null;
  disabledAt: number | null;
  /** Counts the changes of this user's roles: the first half of the claim `ver`. */
  changeNumber: number;
}

export interface SessionRow {
  id: string;
  userId: string;
  /** The login; `auth_time` and `orig_iat`. */
  createdAt: number;
  generation: number;
  /** The generation from which `generation` was made; -1 before the first rotation. */
  parent: number;
  /** The highest generation of which an access token was accepted. */
  usedGeneration: number;
  rotatedAt: number;
  rotatedAddress: string | null;
  rotatedUserAgent: string | null;
  lastUsedAt: number;
  expiresAt: number;
  revokedAt: number | null;
  revokedCause: RevokeCause | null;
  /** Of the login. */
  ipAddress: string | null;
  userAgent: string | null;
}

/** What one request must know of its session: the row, its user's state, and the present change numbers. */
export interface SessionState {
  session: Pick<
    SessionRow,
    'id' | 'userId' | 'generation' | 'parent' | 'usedGeneration' | 'expiresAt' | 'revokedAt'
  >;
  userDisabledAt: number | null;
  userChangeNumber: number;
  roleTableVersion: number;
}

export interface RoleRow {
  name: string;
  description: string | null;
  scopes: string[];
}

export interface RoleTable {
  version: number;
  roles: RoleRow[];
}

export interface UsersQuery {
  /** Ascending by (createdAt, id). Exactly one of `first` and `last` is set. */
  first: number | null;
  last: number | null;
  after: UserCursor | null;
  before: UserCursor | null;
  /** Case-insensitive part of the email; null = all. `%` and `_` are plain characters. */
  search: string | null;
}

export interface UserCursor {
  createdAt: number;
  id: string;
}

export interface UsersPage {
  users: UserRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

export interface Origin {
  address: string | null;
  userAgent: string | null;
}

export interface NewUser {
  id: string;
  email: string;
  passwordHash: string | null;
  createdAt: number;
  roles: readonly string[];
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
  /** Live sessions a user may hold, this one included; the least recently used beyond it end. */
  maxSessions: number;
}

export type OpenSessionOutcome =
  | { kind: 'opened'; session: SessionRow; user: UserRow; grants: GrantsRow }
  | { kind: 'disabled' }
  /** The user is gone or the password is no longer the one that was verified. */
  | { kind: 'changed' };

/** Roles of one user with the change numbers that make up `ver`, read in the same step. */
export interface GrantsRow {
  roles: string[];
  userChangeNumber: number;
  roleTable: RoleTable;
}

export interface Rotate {
  sessionId: string;
  /** The token's `sub`; must be the session's user. */
  userId: string;
  /** The presented generation, p. */
  generation: number;
  origin: Origin;
  /** Milliseconds; 0 is strict: neither `repeated` nor `replaced`. */
  reuseInterval: number;
  /** Milliseconds from the login to the end of the refresh window; null when sliding. */
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

export type RevokeCause =
  'logout' | 'revoked' | 'reused' | 'password_changed' | 'user_disabled' | 'too_many_sessions';

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

export interface KeyRow {
  kid: string;
  purpose: 'access' | 'refresh';
  algorithm: string;
  /** The secret's bytes, or the private key as PKCS #8 PEM in UTF-8. */
  secret: Uint8Array;
  /** SPKI PEM of an asymmetric key. */
  publicKey: string | null;
  createdAt: number;
  signsFrom: number;
  retiredAt: number | null;
}

/** What happened, by whom, to whom. Goes into the transaction of what it records. */
export interface AuditInput {
  event: AuditEvent;
  /** Who did it; null for nobody (a login that failed) and for the command line. */
  actorId: string | null;
  userId?: string | null;
  sessionId?: string | null;
  origin?: Origin;
  details?: Record<string, unknown>;
}

export type AuditEvent =
  | 'signup'
  | 'login'
  | 'login_failed'
  | 'refresh'
  | 'refresh_reused'
  | 'logout'
  | 'session_revoked'
  | 'sessions_revoked'
  | 'password_changed'
  | 'user_created'
  | 'user_disabled'
  | 'user_enabled'
  | 'user_roles_set'
  | 'role_set'
  | 'key_created';

export interface AuditRow {
  id: number;
  at: number;
  event: AuditEvent;
  actorId: string | null;
  userId: string | null;
  sessionId: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  details: Record<string, unknown> | null;
}

export interface AuditQuery {
  userId?: string;
  sessionId?: string;
  event?: AuditEvent;
  limit: number;
}

export interface Prune {
  /** Sessions that ended or were revoked before this. */
  sessionsBefore: number;
  /** Audit rows of refreshes older than this. */
  refreshAuditBefore: number;
  /** Every other audit row older than this. */
  auditBefore: number;
  /** Address knowledge older than this. */
  addressesBefore: number;
  limit: number;
}
