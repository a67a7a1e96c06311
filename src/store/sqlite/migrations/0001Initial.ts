/** Users, sessions, roles, keys, the audit trail, and the counters of attempts. */
export const initial = `
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL,
  last_login_at INTEGER,
  disabled_at INTEGER,
  tokens_revoked_at INTEGER,
  change_number INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_page ON users (created_at, id);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  parent INTEGER NOT NULL,
  used_generation INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  rotated_address TEXT,
  rotated_user_agent TEXT,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  revoked_cause TEXT,
  ip_address TEXT,
  user_agent TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_live ON sessions (user_id, created_at DESC) WHERE revoked_at IS NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE roles (
  name TEXT NOT NULL PRIMARY KEY,
  description TEXT,
  scopes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO roles (name, description, scopes) VALUES ('admin', 'Holds every scope.', '[]');

CREATE TABLE user_roles (
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL REFERENCES roles (name),
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_roles_role ON user_roles (role, user_id);

CREATE TABLE versions (
  one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  role_table INTEGER NOT NULL,
  role_edits INTEGER NOT NULL
) STRICT;
INSERT INTO versions (one, role_table, role_edits) VALUES (1, 1, 1);

CREATE TABLE keys (
  kid TEXT NOT NULL PRIMARY KEY,
  purpose TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  secret BLOB NOT NULL,
  public_key TEXT,
  created_at INTEGER NOT NULL,
  signs_from INTEGER NOT NULL,
  retired_at INTEGER
) STRICT;

CREATE TABLE known_addresses (
  user_id TEXT NOT NULL REFERENCES users (id),
  address TEXT NOT NULL,
  last_seen_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX known_addresses_age ON known_addresses (last_seen_at);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor_id TEXT,
  user_id TEXT,
  session_id TEXT,
  ip_address TEXT,
  user_agent TEXT,
  details TEXT
) STRICT;
CREATE INDEX audit_event ON audit (event, at);
CREATE INDEX audit_user ON audit (user_id, at) WHERE user_id IS NOT NULL;
CREATE INDEX audit_session ON audit (session_id, at) WHERE session_id IS NOT NULL;
CREATE INDEX audit_age ON audit (at) WHERE event <> 'refresh';

CREATE TABLE attempt_counters (
  key TEXT NOT NULL PRIMARY KEY,
  points INTEGER NOT NULL DEFAULT 0,
  expire INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_counters_expire ON attempt_counters (expire);
`;
