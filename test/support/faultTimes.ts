/** How long faults last, in milliseconds. As long as in earnest: LONG_FAULTS=1. */
const isLong = process.env['LONG_FAULTS'] === '1';

/** A database that is away. */
export const AWAY = isLong ? 10_000 : 0;
/** A process that is stopped. */
export const PAUSED = isLong ? 60_000 : 0;
/** What a test with faults may take in all. */
export const FAULT_TIMEOUT = 60_000 + 3 * PAUSED;

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
