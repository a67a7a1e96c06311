import {
  auditFilters,
  auditOrder,
  auditRowOf,
  auditValues,
  writtenAuditColumns,
  type About,
  type StoredAuditRow,
} from '../auditRows.js';
import { auditColumns } from '../columns.js';
import type { AuditInput, AuditRow } from '../rows.js';
import type { AuditQuery } from '../verbs.js';
import type { Sql } from './sql.js';

const INSERT = `INSERT INTO audit (${writtenAuditColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** Writes an audit row, in the transaction of the verb that it records. */
export const record = async (
  sql: Sql,
  at: number,
  input: AuditInput,
  about?: About,
): Promise<void> => void (await sql(INSERT, auditValues(at, input, about)));

export async function readEvents(sql: Sql, query: AuditQuery): Promise<AuditRow[]> {
  const asked = auditFilters(query);
  const where = asked.map(({ column }, index) => `${column} = $${index + 2}`).join(' AND ');
  const rows = await sql<StoredAuditRow>(
    `SELECT ${auditColumns} FROM audit ${auditOrder(where)} LIMIT $1`,
    [query.limit, ...asked.map(({ value }) => value)],
  );
  return rows.map(auditRowOf);
}
