import type { Database } from 'better-sqlite3';
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
import { preparedOnce } from './prepared.js';

export interface AuditTrail {
  /** Inside a transaction. `about` fills in what the input leaves undefined. */
  record: (at: number, input: AuditInput, about?: About) => void;
  events: (query: AuditQuery) => AuditRow[];
}

/** The audit trail: written by the verb that it records, in the same transaction. */
export function createAuditTrail(db: Database): AuditTrail {
  const insert = db.prepare(
    `INSERT INTO audit (${writtenAuditColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const prepare = preparedOnce(db);

  return {
    record: (at, input, about) => void insert.run(...auditValues(at, input, about)),
    events(query) {
      const asked = auditFilters(query);
      const rest = auditOrder(asked.map(({ column }) => `${column} = ?`).join(' AND '));
      return prepare<StoredAuditRow>(`SELECT ${auditColumns} FROM audit ${rest} LIMIT ?`)
        .all(...asked.map(({ value }) => value), query.limit)
        .map(auditRowOf);
    },
  };
}
