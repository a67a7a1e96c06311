import type { AuditInput, RoleRow } from '../rows.js';
import type { UpsertRole } from '../verbs.js';
import { timeOf } from './accounts.js';
import { record } from './audit.js';
import { announce, type Engine } from './engine.js';
import type { Sql } from './sql.js';

const LOCK = 'SELECT 1 FROM versions FOR NO KEY UPDATE';
const UPSERT = `
  INSERT INTO roles (name, description, scopes) VALUES ($1, $2, $3)
  ON CONFLICT (name) DO UPDATE SET description = excluded.description, scopes = excluded.scopes`;
/** By the time, so that no edit which a fail-over has lost comes to have the number of another. */
const BUMP = `UPDATE versions SET role_table = role_table + $1,
  role_edits = greatest(role_edits + 1, floor(extract(epoch from clock_timestamp()) * 1000)::bigint)`;

/** Makes or changes a role. Tokens go stale only where somebody's scopes changed. */
export const createUpsertRole =
  ({ at, grants }: Engine) =>
  (input: UpsertRole, auditInput: AuditInput) =>
  async (sql: Sql): Promise<RoleRow | 'conflict'> => {
    await sql(LOCK);
    const { version, roles } = await grants.roleTable(sql);
    if (input.expectedVersion !== null && input.expectedVersion !== version) return 'conflict';
    const before = roles.find((role) => role.name === input.name);
    const description =
      input.description === undefined ? (before?.description ?? null) : input.description;
    const scopes = [...new Set(input.scopes)].sort();
    await sql(UPSERT, [input.name, description, JSON.stringify(scopes)]);
    const isSame = before !== undefined && JSON.stringify(before.scopes) === JSON.stringify(scopes);
    await sql(BUMP, [isSame ? 0 : 1]);
    await announce(sql, 'all');
    await record(sql, await timeOf(sql, at()), auditInput);
    return { name: input.name, description, scopes };
  };
