import type { GrantsRow, SessionRow, UserRow } from '../rows.js';
import {
  advanced,
  decideRotation,
  hasEnded,
  refreshAudit,
  reuseAudit,
  type Advance,
  type ReuseCause,
} from '../rotation.js';
import type { Rotate, RotateOutcome } from '../verbs.js';
import { record } from './audit.js';
import { announce, type Engine } from './engine.js';
import { lockSession } from './sessions.js';
import type { Sql } from './sql.js';

type Refused = { kind: 'unknown' | 'disabled' | 'revoked' | 'ended' };
interface Checked {
  row: SessionRow;
  now: number;
  user: UserRow;
  grants: GrantsRow;
}

/** The row is locked, and yet the step says which row it was decided on. */
const ADVANCE = `
  UPDATE sessions SET generation = $3, parent = $4, rotated_at = $5, rotated_address = $6,
    rotated_user_agent = $7, last_used_at = $8, expires_at = $9
  WHERE id = $1 AND generation = $2 AND revoked_at IS NULL RETURNING 1`;

const REVOKE = `UPDATE sessions SET revoked_at = $1, revoked_cause = 'reused' WHERE id = $2`;

/** One rotation with its audit row. */
export const createRotate =
  (engine: Engine) =>
  (input: Rotate) =>
  async (sql: Sql): Promise<RotateOutcome> => {
    const checked = await check(sql, engine, input);
    if ('kind' in checked) return checked;
    const { row, now, user, grants } = checked;
    const decision = decideRotation(input.generation, row, now, input.reuseInterval);
    if (decision.kind === 'reused') return revokeReused(sql, row, input, decision.cause, now);
    const { kind } = decision;
    const session = kind === 'repeated' ? row : await advance(sql, row, input, decision);
    await record(sql, now, refreshAudit(row, input, kind, session.generation));
    return { kind, session, user, grants, now };
  };

/** The order is part of the contract: it decides which of several true answers the client gets. */
async function check(
  sql: Sql,
  { at, grants, usedHere }: Engine,
  input: Rotate,
): Promise<Checked | Refused> {
  // We never issue any other; -1 would pass for the parent of a new session.
  if (!Number.isSafeInteger(input.generation) || input.generation < 0) return { kind: 'unknown' };
  const locked = await lockSession(sql, at(), input.sessionId);
  if (locked?.userId !== input.userId) return { kind: 'unknown' };
  const { now, ...row } = locked;
  // A use that was accepted while this waited for the lock is written behind it, and counts all the same.
  row.usedGeneration = Math.max(row.usedGeneration, usedHere(row.id));
  // After the lock: what was changed while we waited for it is seen.
  const held = await grants.of(sql, row.userId);
  if (held === null) return { kind: 'unknown' };
  if (held.user.disabledAt !== null) return { kind: 'disabled' };
  if (row.revokedAt !== null) return { kind: 'revoked' };
  if (hasEnded(row, now, input.window)) return { kind: 'ended' };
  return { row, now, ...held };
}

async function advance(
  sql: Sql,
  row: SessionRow,
  input: Rotate,
  decision: Advance,
): Promise<SessionRow> {
  const next = advanced(row, input, decision);
  const { id, generation, parent, rotatedAt } = next;
  const { rotatedAddress, rotatedUserAgent, lastUsedAt, expiresAt } = next;
  const updated = await sql(ADVANCE, [
    id,
    row.generation,
    generation,
    parent,
    rotatedAt,
    rotatedAddress,
    rotatedUserAgent,
    lastUsedAt,
    expiresAt,
  ]);
  if (updated.length === 0) throw new Error('A session changed although its row was locked.');
  return next;
}

async function revokeReused(
  sql: Sql,
  row: SessionRow,
  input: Rotate,
  cause: ReuseCause,
  now: number,
): Promise<RotateOutcome> {
  await sql(REVOKE, [now, row.id]);
  await announce(sql, { user: row.userId });
  await record(sql, now, reuseAudit(row, input, cause));
  return { kind: 'reused' };
}
