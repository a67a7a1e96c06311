import type { MaybePromise } from '../outcome.js';
import type {
  UserRow,
  SessionRow,
  SessionState,
  SessionsChange,
  RoleRow,
  RoleTable,
  RevokeCause,
  KeyRow,
  AuditInput,
  AuditRow,
} from './rows.js';
import type {
  UsersQuery,
  UsersPage,
  NewUser,
  CreateUserOutcome,
  OpenSession,
  OpenSessionOutcome,
  Rotate,
  RotateOutcome,
  WhichSessions,
  ChangePassword,
  ChangePasswordOutcome,
  ChangeUser,
  SetUserRoles,
  GrantOutcome,
  UpsertRole,
  AuditQuery,
  Prune,
  AddKey,
  KeysOutcome,
  RetireKey,
  RetireKeyOutcome,
  SealKey,
} from './verbs.js';

export { StoreSchemaError, StoreUnavailableError, type StoreSchemaCode } from './failures.js';
export { ADMIN_ROLE } from './rows.js';
export type {
  UserRow,
  SessionRow,
  SessionState,
  SessionsChange,
  RoleRow,
  RoleTable,
  UserCursor,
  Origin,
  GrantsRow,
  RevokeCause,
  KeyRow,
  AuditInput,
  AuditEvent,
  AuditRow,
} from './rows.js';
export type {
  UsersQuery,
  UsersPage,
  NewUser,
  CreateUserOutcome,
  OpenSession,
  OpenSessionOutcome,
  Rotate,
  RotateOutcome,
  WhichSessions,
  ChangePassword,
  ChangePasswordOutcome,
  ChangeUser,
  SetUserRoles,
  GrantOutcome,
  UpsertRole,
  AuditQuery,
  Prune,
  AddKey,
  KeysOutcome,
  RetireKey,
  RetireKeyOutcome,
  SealKey,
} from './verbs.js';

/**
 * The store: few, coarse, atomic verbs over rows. Every verb is one atomic step, with its audit row in the
 * same transaction. Reads answer at once where the engine is synchronous. Writes always answer with a promise
 * that settles after COMMIT. Times are milliseconds since 1970.
 */
export interface Store {
  /** Reads answer at once, and cost about as much one by one as together. Default: they are asked together. */
  readonly readsAtOnce?: boolean;
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
  /** By the name with which `createUser` was given them, letter for letter. */
  userByUsername(username: string): MaybePromise<UserRow | null>;
  /** Names of the roles of each user, in alphabetical order. One statement. */
  rolesByUserIds(userIds: readonly string[]): MaybePromise<string[][]>;
  /**
   * Only where grants are kept elsewhere: the scopes of each user, which then count in place of those of the roles.
   * One call however many ids.
   */
  scopesByUserIds?(userIds: readonly string[]): MaybePromise<string[][]>;
  /** The whole role table with its change number: it is small. In alphabetical order. */
  roleTable(): MaybePromise<RoleTable>;
  usersPage(query: UsersQuery): MaybePromise<UsersPage>;
  countUsers(search: string | null): MaybePromise<number>;
  /** Whether this address has logged in to the account since `since`. */
  knownAddress(userId: string, address: string, since: number): MaybePromise<boolean>;
  keys(): MaybePromise<KeyRow[]>;
  /** Newest first. */
  auditEvents(query: AuditQuery): MaybePromise<AuditRow[]>;
  /**
   * Only where several processes share the store: `listener` hears of sessions that ended and grants that changed, in
   * whichever process. It may hear late, twice, or of more than happened; after an interruption it hears `all`. Never
   * throws. Answers what ends it.
   */
  onSessionsChanged?(listener: (change: SessionsChange) => void): () => void;
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
  /**
   * Counts a change of grants that are kept elsewhere: the user's access tokens are stale from now on. Answers the
   * row after the change; null where there is none.
   */
  userChanged(userId: string, audit: AuditInput): Promise<UserRow | null>;
  upsertRole(input: UpsertRole, audit: AuditInput): Promise<RoleRow | 'conflict'>;
  /**
   * Adds each key whose purpose has no key yet, and each `given` one whose `kid` is not there; answers all keys. Two
   * processes that start at once agree. `changed`, and nothing is written, where a secret is there that is not among
   * those `seen`: of two that seal under different master keys one must learn of the other before it writes.
   */
  ensureKeys(keys: readonly KeyRow[], seen: readonly KeyRow[]): Promise<KeysOutcome>;
  /** Adds a key to the ring, and retires the others of its purpose and algorithm where asked to. `seen` as above. */
  addKey(input: AddKey, audit: AuditInput): Promise<KeysOutcome>;
  /** Ends one key, unless it is needed. */
  retireKey(input: RetireKey, audit: AuditInput): Promise<RetireKeyOutcome>;
  /** Replaces secrets where nobody else has meanwhile. `seen` as above. */
  sealKeys(keys: readonly SealKey[], seen: readonly KeyRow[]): Promise<KeysOutcome>;
  /** Writes an audit row of its own, for events that change nothing else. */
  recordEvent(audit: AuditInput): Promise<void>;
  /** Deletes at most `limit` expired rows of each kind. Answers how many went; call again while it is full. */
  prune(input: Prune): Promise<number>;
  close(): Promise<void>;
}

/** The verbs that change nothing, and answer at once where the engine does. */
export type Reads = Pick<
  Store,
  | 'sessionState'
  | 'usersByIds'
  | 'sessionsByIds'
  | 'liveSessionsByUserIds'
  | 'userByEmail'
  | 'userByUsername'
  | 'rolesByUserIds'
  | 'roleTable'
  | 'usersPage'
  | 'countUsers'
  | 'knownAddress'
  | 'keys'
  | 'auditEvents'
  | 'ping'
>;
