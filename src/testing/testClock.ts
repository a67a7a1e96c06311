import type { Clock } from '../time.js';

/** A clock that stands still until it is told. */
export interface TestClock extends Clock {
  advance(seconds: number): void;
  /** Milliseconds since 1970. */
  set(milliseconds: number): void;
}

/** Starts at the given time, in milliseconds since 1970; by default with the year 2026. */
export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  return {
    now: () => now,
    advance: (seconds) => void (now += seconds * 1000),
    set: (milliseconds) => void (now = milliseconds),
  };
}
