import type { Database, Statement } from 'better-sqlite3';
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
  const selects = new Map<string, Statement<unknown[], StoredAuditRow>>();

  const select = (columns: string[]): Statement<unknown[], StoredAuditRow> => {
    const key = columns.join();
    const known = selects.get(key);
    if (known !== undefined) return known;
    const rest = auditOrder(columns.map((column) => `${column} = ?`).join(' AND '));
    const made = db.prepare<unknown[], StoredAuditRow>(
      `SELECT ${auditColumns} FROM audit ${rest} LIMIT ?`,
    );
    selects.set(key, made);
    return made;
  };

  return {
    record: (at, input, about) => void insert.run(...auditValues(at, input, about)),
    events(query) {
      const asked = auditFilters(query);
      return select(asked.map(({ column }) => column))
        .all(...asked.map(({ value }) => value), query.limit)
        .map(auditRowOf);
    },
  };
}
