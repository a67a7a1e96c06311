/** The columns of each row under the names that the interface gives them. */

const aliased = (table: string, names: Record<string, string>): string =>
  Object.entries(names)
    .map(([column, name]) => `${table}.${column} AS "${name}"`)
    .join(', ');

export const userColumns = aliased('users', {
  id: 'id',
  email: 'email',
  password_hash: 'passwordHash',
  created_at: 'createdAt',
  last_login_at: 'lastLoginAt',
  disabled_at: 'disabledAt',
  tokens_revoked_at: 'tokensRevokedAt',
  change_number: 'changeNumber',
});

export const sessionColumns = aliased('sessions', {
  id: 'id',
  user_id: 'userId',
  created_at: 'createdAt',
  generation: 'generation',
  parent: 'parent',
  used_generation: 'usedGeneration',
  rotated_at: 'rotatedAt',
  rotated_address: 'rotatedAddress',
  rotated_user_agent: 'rotatedUserAgent',
  last_used_at: 'lastUsedAt',
  expires_at: 'expiresAt',
  revoked_at: 'revokedAt',
  revoked_cause: 'revokedCause',
  ip_address: 'ipAddress',
  user_agent: 'userAgent',
});

export const keyColumns = aliased('keys', {
  kid: 'kid',
  purpose: 'purpose',
  algorithm: 'algorithm',
  secret: 'secret',
  public_key: 'publicKey',
  created_at: 'createdAt',
  signs_from: 'signsFrom',
  retired_at: 'retiredAt',
});

export const auditColumns = aliased('audit', {
  id: 'id',
  at: 'at',
  event: 'event',
  actor_id: 'actorId',
  user_id: 'userId',
  session_id: 'sessionId',
  ip_address: 'ipAddress',
  user_agent: 'userAgent',
  details: 'details',
});
