import type { SessionRow, UserRow } from '../rows.js';
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
import type { Engine } from './engine.js';

type Refused = { kind: 'unknown' | 'disabled' | 'revoked' | 'ended' };

/** One rotation with its audit row. */
export function createRotate(engine: Engine): (input: Rotate) => RotateOutcome {
  const { clock, audit, grants } = engine;
  const advance = createAdvance(engine);
  const revokeReused = createRevokeReused(engine);

  return (input) => {
    const now = clock.now();
    const checked = check(engine, input, now);
    if ('kind' in checked) return checked;
    const { row, user } = checked;
    const decision = decideRotation(input.generation, row, now, input.reuseInterval);
    if (decision.kind === 'reused') return revokeReused(row, input, decision.cause, now);
    const { kind } = decision;
    const session = kind === 'repeated' ? row : advance(row, input, decision);
    audit.record(now, refreshAudit(row, input, kind, session.generation));
    return { kind, session, user, grants: grants.of(user), now };
  };
}

/** The order is part of the contract: it decides which of several true answers the client gets. */
function check(
  { sessions, users }: Engine,
  input: Rotate,
  now: number,
): { row: SessionRow; user: UserRow } | Refused {
  // We never issue any other; -1 would pass for the parent of a new session.
  if (!Number.isSafeInteger(input.generation) || input.generation < 0) return { kind: 'unknown' };
  const row = sessions.byId(input.sessionId);
  const user = row?.userId === input.userId ? users.byId(row.userId) : undefined;
  if (row === undefined || user === undefined) return { kind: 'unknown' };
  if (user.disabledAt !== null) return { kind: 'disabled' };
  if (row.revokedAt !== null) return { kind: 'revoked' };
  if (hasEnded(row, now, input.window)) return { kind: 'ended' };
  return { row, user };
}

function createAdvance({ db }: Engine) {
  // By position: to look up a parameter by its name costs a quarter of the whole statement.
  const update = (more: string) =>
    db.prepare<unknown[]>(
      `UPDATE sessions SET generation = ?, parent = ?, rotated_at = ?, rotated_address = ?, rotated_user_agent = ?,
         last_used_at = ?${more}
       WHERE id = ?`,
    );
  const advance = update('');
  // A column that is set is written into its index again, also where its value stays.
  const slide = update(', expires_at = ?');

  return (row: SessionRow, input: Rotate, decision: Advance): SessionRow => {
    const next = advanced(row, input, decision);
    const { id, generation, parent, rotatedAt, rotatedAddress, rotatedUserAgent } = next;
    const { lastUsedAt, expiresAt } = next;
    const set = [generation, parent, rotatedAt, rotatedAddress, rotatedUserAgent, lastUsedAt];
    if (expiresAt === row.expiresAt) advance.run(...set, id);
    else slide.run(...set, expiresAt, id);
    return next;
  };
}

function createRevokeReused({ db, audit }: Engine) {
  const revoke = db.prepare<[number, string]>(
    `UPDATE sessions SET revoked_at = ?, revoked_cause = 'reused' WHERE id = ?`,
  );

  return (row: SessionRow, input: Rotate, cause: ReuseCause, now: number): RotateOutcome => {
    revoke.run(now, row.id);
    audit.record(now, reuseAudit(row, input, cause));
    return { kind: 'reused' };
  };
}
