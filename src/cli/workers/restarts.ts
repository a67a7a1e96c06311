/** A worker that ends. */
export interface Ended {
  /** Milliseconds for which it had served; null = it never did. */
  readonly served: number | null;
  /** It was told to end, and did so in order. */
  readonly inOrder: boolean;
  /** Whether others serve meanwhile. */
  readonly othersServe: boolean;
}

/** Who has served for so long has started well. Milliseconds. */
const PROVEN = 10_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
/** So many in a row end early before a start is hopeless: about 3 seconds. */
const MOST_FAILURES = 5;

/**
 * How long the place of a worker stays empty: longer each time that one ends early, so that a fault that lasts costs
 * little. Null where it is hopeless; while any of them serves it never is.
 */
export function createRestarts(): (ended: Ended) => number | null {
  let failures = 0;
  return ({ served, inOrder, othersServe }) => {
    if (served !== null && (inOrder || served >= PROVEN)) failures = 0;
    if (served !== null && inOrder) return 0;
    failures += 1;
    if (failures > MOST_FAILURES && !othersServe) return null;
    return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
  };
}
