import type { SessionRow, UserRow } from '../rows.js';
import { decideRotation, hasEnded, type Rotation } from '../rotation.js';
import type { Rotate, RotateOutcome } from '../verbs.js';
import type { Engine } from './engine.js';

type Advance = Extract<Rotation, { generation: number }>;

/** One rotation with its audit row. The order of the checks is part of the contract. */
export function createRotate({ db, clock, audit, users, sessions, grants }: Engine) {
  const advance = db.prepare<[Omit<Advance, 'kind'> & Record<string, unknown>]>(
    `UPDATE sessions SET generation = :generation, parent = :parent, rotated_at = :rotatedAt,
       rotated_address = :rotatedAddress, rotated_user_agent = :rotatedUserAgent,
       last_used_at = max(last_used_at, :rotatedAt), expires_at = :expiresAt
     WHERE id = :id`,
  );
  const revoke = db.prepare<[number, string]>(
    `UPDATE sessions SET revoked_at = ?, revoked_cause = 'reused' WHERE id = ?`,
  );

  const step = (row: SessionRow, input: Rotate, decision: Advance): SessionRow => {
    const { generation, parent, rotatedAt } = decision;
    const change = {
      generation,
      parent,
      rotatedAt,
      rotatedAddress: input.origin.address,
      rotatedUserAgent: input.origin.userAgent,
      expiresAt: input.slide?.(rotatedAt, row.createdAt) ?? row.expiresAt,
    };
    advance.run({ ...change, id: row.id });
    return { ...row, ...change, lastUsedAt: Math.max(row.lastUsedAt, rotatedAt) };
  };

  const reuse = (row: SessionRow, input: Rotate, cause: string, now: number): RotateOutcome => {
    revoke.run(now, row.id);
    const { generation, parent, usedGeneration } = row;
    audit.record(now, {
      event: 'refresh_reused',
      // Nobody knows yet whether the owner or the thief was second.
      actorId: null,
      userId: row.userId,
      sessionId: row.id,
      origin: input.origin,
      details: {
        presented: input.generation,
        generation,
        parent,
        usedGeneration,
        cause,
        ...sameOrigin(row, input),
      },
    });
    return { kind: 'reused' };
  };

  const check = (
    input: Rotate,
    now: number,
  ):
    { row: SessionRow; user: UserRow } | { kind: 'unknown' | 'disabled' | 'revoked' | 'ended' } => {
    const row = sessions.byId(input.sessionId);
    const user = row?.userId === input.userId ? users.byId(row.userId) : undefined;
    if (row === undefined || user === undefined) return { kind: 'unknown' };
    if (user.disabledAt !== null) return { kind: 'disabled' };
    if (row.revokedAt !== null) return { kind: 'revoked' };
    if (hasEnded(row, now, input.window)) return { kind: 'ended' };
    return { row, user };
  };

  return (input: Rotate): RotateOutcome => {
    const now = clock.now();
    const checked = check(input, now);
    if ('kind' in checked) return checked;
    const { row, user } = checked;
    const decision = decideRotation(input.generation, row, now, input.reuseInterval);
    if (decision.kind === 'reused') return reuse(row, input, decision.cause, now);
    const session = decision.kind === 'repeated' ? row : step(row, input, decision);
    const { kind } = decision;
    audit.record(now, {
      event: 'refresh',
      actorId: user.id,
      userId: user.id,
      sessionId: row.id,
      origin: input.origin,
      details: {
        outcome: kind,
        generation: session.generation,
        ...((kind === 'repeated' || kind === 'replaced') && sameOrigin(row, input)),
      },
    });
    return { kind, session, user, grants: grants.of(user), now };
  };
}

const sameOrigin = (
  row: SessionRow,
  { origin }: Rotate,
): { sameAddress: boolean; sameUserAgent: boolean } => ({
  sameAddress: origin.address === row.rotatedAddress,
  sameUserAgent: origin.userAgent === row.rotatedUserAgent,
});
