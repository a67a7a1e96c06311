import { browser } from './browser.js';
import type { Time } from './clock.js';

/** The longest time between two looks, in milliseconds: a timer does not notice that the machine slept. */
const LOOK = 30_000;
const SHORTEST_WAIT = 500;

export interface Watch {
  /** Sets the timer anew. */
  readonly arm: () => void;
  readonly stop: () => void;
}

/**
 * Acts in time: by a timer, and whenever the browser says that something was missed.
 *
 * @param wait milliseconds until there is something to do; Infinity: nothing
 * @param wake the page is seen, or connected, again
 */
export function createWatch(
  time: Time,
  wait: () => number,
  act: () => void,
  wake: (sign: { type: string }) => void,
): Watch {
  const { document } = browser;
  const stopping = new AbortController();
  const { signal } = stopping;
  let timer: { unref?(): void } | undefined;
  let due = Infinity;
  // The first is told to the document, and bubbles. What another tab stores may come later than its message.
  for (const sign of ['visibilitychange', 'pageshow', 'online', 'storage']) {
    browser.addEventListener?.(sign, wake, { signal });
  }

  const watch: Watch = {
    arm() {
      const left = wait();
      // A tab in sight goes first; those in the background find its pair.
      const shy = document?.hidden ? Math.random() * 2000 : 0;
      const delay = Math.min(Math.max(left, SHORTEST_WAIT) + shy, LOOK);
      const at = time.steady() + delay;
      // Signs that come faster than that must not put it off for ever. A page may thaw, and its timers be late.
      if (left < Infinity && at >= due) {
        if (due > time.steady()) return;
        act();
      }
      time.clearTimeout(timer as never);
      due = Infinity;
      if (left === Infinity) return;
      const run = (): void => {
        due = Infinity;
        act();
        watch.arm();
      };
      due = at;
      timer = time.setTimeout(run, delay) as typeof timer;
      // Node would wait for it; a browser's is a number.
      timer?.unref?.();
    },
    stop() {
      stopping.abort();
      time.clearTimeout(timer as never);
    },
  };
  return watch;
}
