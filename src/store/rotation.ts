import type { AuditInput, SessionRow } from './rows.js';
import type { Rotate } from './verbs.js';

/** The part of a session's row on which a rotation is decided. */
export type RotationRow = Pick<
  SessionRow,
  'generation' | 'parent' | 'usedGeneration' | 'rotatedAt' | 'createdAt' | 'expiresAt' | 'revokedAt'
>;

/** Why a presented generation counts as stolen; recorded with the event. */
export type ReuseCause =
  /** It was neither the last generation nor the one before. */
  | 'spent'
  /** It was the one before, under `refreshReuseInterval: 0`. */
  | 'strict'
  /** It was the one before, and the pair that came after it is in use. */
  | 'successor_used';

export type Rotation =
  | {
      kind: 'rotated' | 'replaced' | 'ahead';
      generation: number;
      parent: number;
      rotatedAt: number;
    }
  | { kind: 'repeated' }
  | { kind: 'reused'; cause: ReuseCause };

/**
 * What presenting generation `presented` at `now` does to a live session. Decides only; writes nothing. Unlike
 * the reuse detection that RFC 9700 §4.14.2 sketches, an answer that was lost on the way logs nobody out.
 *
 * @param reuseInterval milliseconds; 0 = neither `repeated` nor `replaced`
 */
export function decideRotation(
  presented: number,
  row: RotationRow,
  now: number,
  reuseInterval: number,
): Rotation {
  const { generation, parent } = row;
  if (presented === generation) return step('rotated', presented, generation + 1, now);
  if (presented > generation) return step('ahead', presented, presented + 1, now);
  if (presented !== parent) return { kind: 'reused', cause: 'spent' };
  if (reuseInterval === 0) return { kind: 'reused', cause: 'strict' };
  // The distance, not the difference: a clock that was set back must not make honest tabs into thieves.
  if (Math.abs(now - row.rotatedAt) <= reuseInterval) return { kind: 'repeated' };
  if (isUnused(row)) return step('replaced', parent, generation + 1, now);
  return { kind: 'reused', cause: 'successor_used' };
}

const isUnused = (row: Pick<RotationRow, 'generation' | 'usedGeneration'>): boolean =>
  row.usedGeneration < row.generation;

/**
 * Whether `presented` was answered with a pair that nobody has used, so that its answer may be lost and would be given
 * again, within the reuse interval or after it.
 */
export const isAnswerLost = (
  presented: number,
  row: Pick<RotationRow, 'generation' | 'parent' | 'usedGeneration'>,
  reuseInterval: number,
): boolean => presented === row.parent && reuseInterval > 0 && isUnused(row);

const step = (
  kind: 'rotated' | 'replaced' | 'ahead',
  parent: number,
  generation: number,
  rotatedAt: number,
): Rotation => ({ kind, parent, generation, rotatedAt });

/**
 * Whether the refresh window of a session is over.
 *
 * @param window milliseconds from the login; null = only the row's `expiresAt` counts
 */
export const hasEnded = (
  row: Pick<SessionRow, 'createdAt' | 'expiresAt'>,
  now: number,
  window: number | null,
): boolean => now >= row.expiresAt || (window !== null && now >= row.createdAt + window);

/** A rotation that makes another generation. */
export type Advance = Extract<Rotation, { generation: number }>;

/** The row of a session after that rotation. */
export const advanced = (
  row: SessionRow,
  { origin, slide }: Rotate,
  { generation, parent, rotatedAt }: Advance,
): SessionRow => ({
  ...row,
  generation,
  parent,
  rotatedAt,
  rotatedAddress: origin.address,
  rotatedUserAgent: origin.userAgent,
  lastUsedAt: Math.max(row.lastUsedAt, rotatedAt),
  expiresAt: slide?.(rotatedAt, row.createdAt) ?? row.expiresAt,
});

/** What is recorded of a refresh. `before` is the row that it was decided on, `generation` the one that is answered. */
export const refreshAudit = (
  before: SessionRow,
  input: Rotate,
  outcome: 'rotated' | 'repeated' | 'replaced' | 'ahead',
  generation: number,
): AuditInput => ({
  event: 'refresh',
  actorId: before.userId,
  userId: before.userId,
  sessionId: before.id,
  origin: input.origin,
  details: {
    outcome,
    generation,
    ...((outcome === 'repeated' || outcome === 'replaced') && sameOrigin(before, input)),
  },
});

/** What is recorded of a refresh token that came once too often. */
export const reuseAudit = (row: SessionRow, input: Rotate, cause: ReuseCause): AuditInput => {
  const { generation, parent, usedGeneration } = row;
  const numbers = { presented: input.generation, generation, parent, usedGeneration };
  return {
    event: 'refresh_reused',
    // Nobody knows yet whether the owner or the thief was second.
    actorId: null,
    userId: row.userId,
    sessionId: row.id,
    origin: input.origin,
    details: { ...numbers, cause, ...sameOrigin(row, input) },
  };
};

const sameOrigin = (
  row: SessionRow,
  { origin }: Rotate,
): { sameAddress: boolean; sameUserAgent: boolean } => ({
  sameAddress: origin.address === row.rotatedAddress,
  sameUserAgent: origin.userAgent === row.rotatedUserAgent,
});
