import { describe, expect, test } from '@jest/globals';
import { decideRotation, hasEnded } from '../../src/store/rotation.js';

const row = {
  generation: 5,
  parent: 3,
  usedGeneration: 3,
  rotatedAt: 1_000,
  createdAt: 0,
  expiresAt: 10_000,
  revokedAt: null,
};
const used = { ...row, usedGeneration: 5 };
const INTERVAL = 100;
const INSIDE = row.rotatedAt + INTERVAL;
const OUTSIDE = INSIDE + 1;

describe('the decision on a presented generation', () => {
  test.each([
    ['the present one', 5, row, OUTSIDE, { kind: 'rotated', parent: 5, generation: 6 }],
    ['the parent in the window', 3, row, INSIDE, { kind: 'repeated' }],
    ['the parent in the window, its child in use', 3, used, INSIDE, { kind: 'repeated' }],
    ['the parent before the rotation', 3, row, 900, { kind: 'repeated' }],
    [
      'the parent after the window',
      3,
      row,
      OUTSIDE,
      { kind: 'replaced', parent: 3, generation: 6 },
    ],
    ['the parent long before the rotation', 3, row, 899, { kind: 'replaced' }],
    [
      'the parent after the window, its child in use',
      3,
      used,
      OUTSIDE,
      { kind: 'reused', cause: 'successor_used' },
    ],
    ['a replaced one', 4, row, INSIDE, { kind: 'reused', cause: 'spent' }],
    ['an old one', 0, row, INSIDE, { kind: 'reused', cause: 'spent' }],
    ['a later one', 9, row, OUTSIDE, { kind: 'ahead', parent: 9, generation: 10 }],
  ])('%s', (_, presented, session, now, expected) => {
    const decision = decideRotation(presented, session, now, INTERVAL);
    expect(decision).toMatchObject(expected);
    if ('rotatedAt' in decision) expect(decision.rotatedAt).toBe(now);
  });

  test('is strict at an interval of 0, even in the same millisecond', () => {
    expect(decideRotation(3, row, row.rotatedAt, 0)).toEqual({ kind: 'reused', cause: 'strict' });
    expect(decideRotation(5, row, row.rotatedAt, 0).kind).toBe('rotated');
    expect(decideRotation(6, row, row.rotatedAt, 0).kind).toBe('ahead');
  });

  test('a new session has no parent to present', () => {
    const fresh = { ...row, generation: 0, parent: -1, usedGeneration: 0 };
    expect(decideRotation(0, fresh, INSIDE, INTERVAL)).toMatchObject({ kind: 'rotated' });
  });
});

test('a session ends at its own end or at that of the window, whichever comes first', () => {
  expect(hasEnded(row, 9_999, null)).toBe(false);
  expect(hasEnded(row, 10_000, null)).toBe(true);
  expect(hasEnded(row, 4_999, 5_000)).toBe(false);
  expect(hasEnded(row, 5_000, 5_000)).toBe(true);
});
