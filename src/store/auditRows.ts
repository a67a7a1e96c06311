import type { AuditInput, AuditRow } from './rows.js';
import type { AuditQuery } from './verbs.js';

/** Fills in what an input leaves undefined. */
export type About = Pick<AuditInput, 'userId' | 'sessionId'>;

/** A row as engines keep it: the details are JSON. */
export type StoredAuditRow = Omit<AuditRow, 'details'> & { details: string | null };

/** The columns that an engine writes, in the order of `auditValues`; the id is its own. */
export const writtenAuditColumns =
  'at, event, actor_id, user_id, session_id, ip_address, user_agent, details';

/** What an audit row holds, in the order of `writtenAuditColumns`. */
export function auditValues(at: number, input: AuditInput, about: About = {}): unknown[] {
  const { userId = about.userId, sessionId = about.sessionId, origin, details } = input;
  return [
    at,
    input.event,
    input.actorId,
    userId ?? null,
    sessionId ?? null,
    origin?.address ?? null,
    origin?.userAgent ?? null,
    details === undefined ? null : JSON.stringify(details),
  ];
}

const filters = { userId: 'user_id', sessionId: 'session_id', event: 'event' } as const;

/** The columns that a query asks about, and with what. */
export const auditFilters = (query: AuditQuery): { column: string; value: unknown }[] =>
  (['userId', 'sessionId', 'event'] as const)
    .filter((name) => query[name] !== undefined)
    .map((name) => ({ column: filters[name], value: query[name] }));

/** Newest first. `where` is empty for all of them; then the primary key is the only index in that order. */
export const auditOrder = (where: string): string =>
  where === '' ? 'ORDER BY id DESC' : `WHERE ${where} ORDER BY at DESC, id DESC`;

export const auditRowOf = (row: StoredAuditRow): AuditRow => ({
  ...row,
  details: row.details === null ? null : (JSON.parse(row.details) as AuditRow['details']),
});
