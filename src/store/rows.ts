/** What the store keeps. Times are milliseconds since 1970. */

/** The role that holds every scope. It exists from the first migration. */
export const ADMIN_ROLE = 'admin';

export interface UserRow {
  id: string;
  email: string;
  passwordHash: string | null;
  createdAt: number;
  lastLoginAt: number | null;
  disabledAt: number | null;
  /**
   * When everything that this user had been given was last taken back: a changed password, `revokeSessions`
   * of the user without `except`, a disabled account. A token that belongs to no session and was issued
   * before is not accepted.
   */
  tokensRevokedAt: number | null;
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

/** Whose sessions or grants changed. */
export type SessionsChange = { user: string } | 'all';

export interface RoleRow {
  name: string;
  description: string | null;
  scopes: string[];
}

export interface RoleTable {
  version: number;
  roles: RoleRow[];
}

export interface UserCursor {
  createdAt: number;
  id: string;
}

export interface Origin {
  address: string | null;
  userAgent: string | null;
}

/** Roles of one user with the change numbers that make up `ver`, read in the same step. */
export interface GrantsRow {
  roles: string[];
  /** Set where scopes are kept elsewhere: then they count, and those of the roles do not. */
  scopes?: readonly string[];
  userChangeNumber: number;
  roleTable: RoleTable;
}

export type RevokeCause =
  'logout' | 'revoked' | 'reused' | 'password_changed' | 'user_disabled' | 'too_many_sessions';

export interface KeyRow {
  kid: string;
  /** `given`: a key of the settings, of which the store keeps the name alone. */
  purpose: 'access' | 'refresh' | 'given';
  algorithm: string;
  /**
   * The secret's bytes, or the private key as PKCS #8 PEM in UTF-8; sealed where there is a master key. Empty once
   * the key has been retired for a while.
   */
  secret: Uint8Array;
  /** SPKI PEM of an asymmetric key. */
  publicKey: string | null;
  createdAt: number;
  signsFrom: number;
  /** From then on it verifies nothing any more; may be in the future. */
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
  | 'key_created'
  | 'key_retired';

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
