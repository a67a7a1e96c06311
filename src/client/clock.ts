import type { Pair } from './pair.js';

/**
 * Time as the client sees it. Two clocks, for neither can be trusted alone: the wall clock may be wrong and may step,
 * the steady one may stand still while the machine sleeps.
 */
export interface ClientClock {
  /** The wall clock: milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since whenever, never stepping. Default: `performance.now()`. */
  readonly steady?: () => number;
  /** Default: the platform's. */
  readonly setTimeout?: (run: () => void, milliseconds: number) => unknown;
  readonly clearTimeout?: (timer: never) => void;
}

const platformClock: Required<ClientClock> = {
  now: () => Date.now(),
  steady: () => performance.now(),
  setTimeout: (run, milliseconds) => setTimeout(run, milliseconds),
  clearTimeout: (timer: never) => clearTimeout(timer),
};

/** A clock, and how old the present pair is by it. All in milliseconds. */
export interface Time extends Required<ClientClock> {
  /** This pair is the present one now. */
  readonly begin: (pair: Pair<unknown>) => void;
  /** Since the server made it: never too little while the machine was awake. */
  readonly age: () => number;
  /** Until it is time to renew it; negative where that has passed. */
  readonly dueIn: () => number;
  /** Whether a request that leaves now arrives before the access token ends. */
  readonly isUsable: () => boolean;
}

/** The longest that a request may take to arrive. */
const ON_THE_WAY = 5000;
const FOREVER = 1e15;
/** A pair younger than this is not renewed ahead of time, however short it lives. */
const SHORTEST = 1000;

/** @param refreshBefore seconds before the end at which a long-lived token is renewed */
export function createTime(given: ClientClock | undefined, refreshBefore: number): Time {
  const clock = { ...platformClock, ...given };
  const { now, steady } = clock;
  let [life, margin, local, bornAt] = [0, 0, 0, 0];
  // A sleep stops the steady clock, a wrong setting moves the other: the older of both ages errs on the safe side.
  const age = (): number => Math.max(steady() - bornAt, now() - local);
  return {
    ...clock,
    begin(pair) {
      const known = now() - pair.local;
      // What cannot be renewed is good until the server says no.
      life = pair.refreshEnd === null ? FOREVER : pair.end - pair.server;
      margin = Math.min(Math.max(refreshBefore * 1000, life / 10), life / 4);
      local = pair.local;
      // Made in the future: the clock was set back meanwhile, and how old it is nobody knows.
      bornAt = steady() - (known < 0 ? pair.end - pair.server : known);
    },
    age,
    dueIn: () => Math.max(life - margin, Math.min(life, SHORTEST)) - age(),
    isUsable: () => age() < life - Math.min(ON_THE_WAY, margin / 2),
  };
}
