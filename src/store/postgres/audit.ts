import { auditColumns } from '../columns.js';
import type { AuditInput, AuditRow } from '../rows.js';
import type { AuditQuery } from '../verbs.js';
import type { About } from './engine.js';
import type { Sql } from './sql.js';

type StoredRow = Omit<AuditRow, 'details'> & { details: string | null };

const filters = { userId: 'user_id', sessionId: 'session_id', event: 'event' } as const;

const INSERT = `
  INSERT INTO audit (at, event, actor_id, user_id, session_id, ip_address, user_agent, details)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** Writes an audit row, in the transaction of the verb that it records. */
export async function record(
  sql: Sql,
  at: number,
  input: AuditInput,
  about: About = {},
): Promise<void> {
  const { userId = about.userId, sessionId = about.sessionId, origin, details } = input;
  await sql(INSERT, [
    at,
    input.event,
    input.actorId,
    userId ?? null,
    sessionId ?? null,
    origin?.address ?? null,
    origin?.userAgent ?? null,
    details === undefined ? null : JSON.stringify(details),
  ]);
}

export async function readEvents(sql: Sql, query: AuditQuery): Promise<AuditRow[]> {
  const asked = (['userId', 'sessionId', 'event'] as const).filter(
    (name) => query[name] !== undefined,
  );
  const where = asked.map((name, index) => `${filters[name]} = $${index + 2}`).join(' AND ');
  // Unfiltered, the primary key is the only index in that order.
  const rest = where === '' ? 'ORDER BY id DESC' : `WHERE ${where} ORDER BY at DESC, id DESC`;
  const rows = await sql<StoredRow>(`SELECT ${auditColumns} FROM audit ${rest} LIMIT $1`, [
    query.limit,
    ...asked.map((name) => query[name]),
  ]);
  return rows.map((row) => ({
    ...row,
    details: row.details === null ? null : (JSON.parse(row.details) as AuditRow['details']),
  }));
}
