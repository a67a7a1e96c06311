import type { Database, Statement } from 'better-sqlite3';
import type { AuditInput, AuditRow } from '../rows.js';
import type { AuditQuery } from '../verbs.js';
import { auditColumns } from '../columns.js';

export interface AuditTrail {
  /** Inside a transaction. `about` fills in what the input leaves undefined. */
  record: (at: number, input: AuditInput, about?: Pick<AuditInput, 'userId' | 'sessionId'>) => void;
  events: (query: AuditQuery) => AuditRow[];
}

type StoredRow = Omit<AuditRow, 'details'> & { details: string | null };

const filters = { userId: 'user_id', sessionId: 'session_id', event: 'event' } as const;

/** The audit trail: written by the verb that it records, in the same transaction. */
export function createAuditTrail(db: Database): AuditTrail {
  const insert = db.prepare(
    `INSERT INTO audit (at, event, actor_id, user_id, session_id, ip_address, user_agent, details)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selects = new Map<string, Statement<unknown[], StoredRow>>();

  const select = (columns: string[]): Statement<unknown[], StoredRow> => {
    const key = columns.join();
    const known = selects.get(key);
    if (known !== undefined) return known;
    const where = columns.map((column) => `${column} = ?`).join(' AND ');
    // Unfiltered, the primary key is the only index in that order.
    const rest = where === '' ? 'ORDER BY id DESC' : `WHERE ${where} ORDER BY at DESC, id DESC`;
    const made = db.prepare<unknown[], StoredRow>(
      `SELECT ${auditColumns} FROM audit ${rest} LIMIT ?`,
    );
    selects.set(key, made);
    return made;
  };

  return {
    record(at, input, about = {}) {
      const { userId = about.userId, sessionId = about.sessionId, origin, details } = input;
      insert.run(
        at,
        input.event,
        input.actorId,
        userId ?? null,
        sessionId ?? null,
        origin?.address ?? null,
        origin?.userAgent ?? null,
        details === undefined ? null : JSON.stringify(details),
      );
    },
    events(query) {
      const asked = (['userId', 'sessionId', 'event'] as const).filter(
        (name) => query[name] !== undefined,
      );
      return select(asked.map((name) => filters[name]))
        .all(...asked.map((name) => query[name]), query.limit)
        .map((row) => ({
          ...row,
          details: row.details === null ? null : (JSON.parse(row.details) as AuditRow['details']),
        }));
    },
  };
}
