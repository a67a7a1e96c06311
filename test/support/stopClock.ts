import { afterEach, jest } from '@jest/globals';

afterEach(() => void jest.restoreAllMocks());

/** Stops `performance.now()` until the end of the test, on a machine that may be held up at any time. Sets it forward. */
export function stopClock(): (milliseconds: number) => void {
  let now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  return (milliseconds) => void (now += milliseconds);
}
