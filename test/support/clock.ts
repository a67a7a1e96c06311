import type { Clock } from '../../src/time.js';

/** A clock that stands still until it is told. */
export interface TestClock extends Clock {
  advance(seconds: number): void;
  set(milliseconds: number): void;
}

export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  return {
    now: () => now,
    advance: (seconds) => void (now += seconds * 1000),
    set: (milliseconds) => void (now = milliseconds),
  };
}
