import type { Clock } from '../time.js';
import { misuse } from './misuse.js';

/** A clock that stands still until it is told. What is no number throws a TypeError, and leaves it where it was. */
export interface TestClock extends Clock {
  advance(seconds: number): void;
  /** Milliseconds since 1970. */
  set(milliseconds: number): void;
}

/** Starts at the given time, in milliseconds since 1970; by default with the year 2026. */
export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = milliseconds('testClock(start)', start);
  return {
    now: () => now,
    advance: (seconds) => void (now += secondsOf(seconds) * 1000),
    set: (time) => void (now = milliseconds('clock.set(milliseconds)', time)),
  };
}

const milliseconds = (place: string, time: number): number =>
  Number.isFinite(time)
    ? time
    : misuse(`${place} expects milliseconds since 1970`, time, 'Write Date.UTC(2026, 0, 1).');

const secondsOf = (seconds: number): number =>
  Number.isFinite(seconds)
    ? seconds
    : misuse('clock.advance(seconds) expects a number of seconds', seconds, 'Write 5 * 60.');
