/** Uniform in [0, 1). */
export type Random = () => number;

const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 250;

/** Milliseconds to stay away after the nth failure (from 1): doubling, half of it by chance (full lock-step never resolves). */
export function backoff(attempt: number, random: Random): number {
  const pause = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
  return pause / 2 + (pause / 2) * random();
}

/** Runs `step` until it succeeds, `attempts` times at most, pausing off the loop after failures that may pass. */
export async function withRetry<T>(
  step: () => T | Promise<T>,
  options: { attempts: number; random: Random; mayPass: (error: unknown) => boolean },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (attempt >= options.attempts || !options.mayPass(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt, options.random)));
    }
  }
}
