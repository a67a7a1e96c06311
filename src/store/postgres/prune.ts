import type { Prune } from '../verbs.js';
import type { Sql } from './sql.js';

/** What is old enough to go, each kind by an index; of keys there are few. What another node is deleting is left to it. */
const oldest = (table: string, key: string, where: string, order: string): string => `
  WITH gone AS MATERIALIZED (
    SELECT ${key} FROM ${table} WHERE ${where} ORDER BY ${order} LIMIT $2 FOR UPDATE SKIP LOCKED),
  deleted AS (DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM gone) RETURNING 1)
  SELECT count(*) AS count FROM deleted`;

const SESSIONS = oldest('sessions', 'id', 'expires_at < $1', 'expires_at');
const REFRESHES = oldest('audit', 'id', `event = 'refresh' AND at < $1`, 'at');
const AUDIT = oldest('audit', 'id', `event <> 'refresh' AND at < $1`, 'at');
const ADDRESSES = oldest(
  'known_addresses',
  'user_id, address',
  'last_seen_at < $1',
  'last_seen_at',
);

const SECRETS = `
  WITH erased AS (UPDATE keys SET secret = '' WHERE kid IN (
    SELECT kid FROM keys WHERE retired_at < $1 AND length(secret) > 0 LIMIT $2) RETURNING 1)
  SELECT count(*) AS count FROM erased`;
const KEYS = oldest('keys', 'kid', 'retired_at < $1', 'retired_at');

/** Deletes at most `limit` rows of each kind, so that no single batch holds the others up. */
export const prune =
  ({ limit, ...before }: Prune) =>
  async (sql: Sql): Promise<number> => {
    let total = 0;
    for (const [statement, time] of [
      [SESSIONS, before.sessionsBefore],
      [REFRESHES, before.refreshAuditBefore],
      [AUDIT, before.auditBefore],
      [ADDRESSES, before.addressesBefore],
      [SECRETS, before.keySecretsBefore],
      [KEYS, before.keysBefore],
    ] as const) {
      total += (await sql<{ count: number }>(statement, [time, limit]))[0]?.count ?? 0;
    }
    return total;
  };
