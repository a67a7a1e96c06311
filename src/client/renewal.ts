import { browser } from './browser.js';
import type { Time } from './clock.js';
import type { Keeper } from './keeper.js';
import { pairOf, type AuthPayload, type Pair } from './pair.js';
import {
  CANCELLED,
  clientError,
  endReasonOf,
  type AuthClientError,
  type AuthProblem,
} from './problem.js';
import type { Answer } from './wire.js';

/** An answer that takes longer is as good as none, in milliseconds. */
export const PATIENCE = 10_000;
/** How often one refresh is tried before those who wait for it are told; once while a pause is running. */
const TRIES = 3;
/** How long a page that stood still may see what its storage held before, in milliseconds. */
const STALE = 50;
const LONGEST_PAUSE = 60_000;

/** Renews pairs: one flight at a time, however many wait for it. */
export interface Renewal<User> {
  /** A new pair in place of this one, unless there is a newer already. Rejects with `AuthClientError`. */
  renew(pair: Pair<User>): Promise<void>;
  /** The same where it is due, and nobody waits for it. */
  readonly renewAhead: () => void;
  /** Milliseconds until `renewAhead` has something to do. */
  readonly wait: () => number;
  /** Tries again at once, unless the server has said when: the network is back. */
  forgive(): void;
  /** Cuts what is in the air, and sends nothing until the task has settled, or for as long as patience lasts. */
  cut(task?: Promise<unknown>): void;
  /** Renews nothing any more. Settles when nothing is in the air. */
  close(): Promise<void> | undefined;
}

const ignore = (): void => undefined;

/** Settles with the task, however that ends, or when patience does. */
export const patiently = (time: Time, task: Promise<unknown>): Promise<unknown> =>
  Promise.race([
    task,
    new Promise<void>((resolve) => {
      (time.setTimeout(resolve, PATIENCE) as { unref?(): void } | undefined)?.unref?.();
    }),
  ]).catch(ignore);

/** A `fetch` of somebody's may not know of signals. */
const givenUp = (signal: AbortSignal): Promise<Answer<never>> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () =>
      resolve({ ok: false, problem: { code: 'NO_ANSWER', message: 'NO_ANSWER' } }),
    );
  });

/** Clients that failed together do not come back together. */
const jitter = (): number => 0.5 + Math.random();

/**
 * @param refresh sends `refreshToken`
 * @param onDown a flight has come down, and how where it has failed
 */
export function createRenewal<User>(
  keeper: Keeper<User>,
  time: Time,
  refresh: (pair: Pair<User>, signal: AbortSignal) => Promise<Answer<AuthPayload<User>>>,
  onDown: (error?: AuthClientError) => void,
): Renewal<User> {
  let flight: Promise<void> | null = null;
  let gate: Promise<unknown> | undefined;
  let controller: AbortController;
  let failures = 0;
  let nextTry = 0;
  /** The server said when to come again. */
  let told: AuthClientError | null = null;
  let closed: AuthClientError | undefined;

  const pauseLeft = (): number => nextTry - time.steady();
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      time.setTimeout(resolve, milliseconds);
    });

  async function fly(old: Pair<User>): Promise<void> {
    // During a pause, who asks again and again makes one try each time.
    for (let tries = pauseLeft() > 0 ? TRIES : 1; ; tries++) {
      await gate;
      const late = time.steady() + 2 * STALE;
      // Behind a dialog, or while its process was stopped, a page hears of nothing: it would spend a pair once more.
      if (browser.document && time.dueIn() < 0) await pause(STALE);
      // That may have been in the middle of this pause: then it has heard of nothing yet.
      if (tries < TRIES && time.steady() > late) continue;
      // Another tab may have been here before.
      await keeper.sync();
      const { current: pair, epoch } = keeper;
      if (!pair || (pair !== old && time.dueIn() > 0)) return;
      if (pair.refreshEnd === null) return keeper.end(pair, 'REFRESH_DISABLED');
      controller = new AbortController();
      const { signal } = controller;
      const timer = time.setTimeout(() => controller.abort(), PATIENCE);
      const sentAt = time.now();
      const answer = await Promise.race([refresh(pair, signal), givenUp(signal)]);
      time.clearTimeout(timer as never);
      if (epoch !== keeper.epoch) return;
      if (answer.ok) {
        failures = nextTry = 0;
        return keeper.renewed(pairOf(answer.data, sentAt, pair), epoch);
      }
      const { problem } = answer;
      const reason = endReasonOf(problem);
      const { retryAfter } = problem as { retryAfter?: number };
      if (reason) {
        await keeper.end(pair, reason);
        // Of a pair that another tab has replaced meanwhile nothing follows.
        if (!keeper.current || tries === TRIES) return;
      } else if (tries === TRIES || retryAfter || closed) {
        throw failed(problem, retryAfter);
      } else {
        await pause(300 * tries * jitter());
      }
    }
  }

  function failed(problem: AuthProblem, retryAfter?: number): AuthClientError {
    const pause = Math.min(1000 * 2 ** failures++, LONGEST_PAUSE) * jitter();
    // Of what is missing, or no number, comes NaN.
    const error = clientError(problem, Math.max(pause, (retryAfter as number) * 1000 || 0));
    nextTry = time.steady() + error.retryIn;
    told = retryAfter ? error : null;
    return error;
  }

  function land(error?: AuthClientError): void {
    flight = null;
    onDown(error);
    if (error) throw error;
  }

  const renewal: Renewal<User> = {
    renew(pair) {
      const refusal = closed ?? (pauseLeft() > 0 && told);
      if (refusal) return Promise.reject(refusal);
      return (flight ??= fly(pair).then(() => land(), land));
    },
    renewAhead() {
      const { current } = keeper;
      if (current && renewal.wait() <= 0) renewal.renew(current).catch(ignore);
    },
    wait: () => (keeper.current && !closed ? Math.max(time.dueIn(), pauseLeft()) : Infinity),
    forgive() {
      if (!told) failures = nextTry = 0;
    },
    cut(task) {
      gate = task && patiently(time, task);
      controller?.abort();
    },
    close() {
      closed = clientError(CANCELLED, Infinity);
      return flight?.catch(ignore);
    },
  };
  return renewal;
}
