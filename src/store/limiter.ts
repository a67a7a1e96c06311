/** Counters of attempts: so many points per key and window of time, across restarts where the engine keeps a file. */
export interface CounterStore {
  /** Counters of the same name share their counts. */
  counter(options: CounterOptions): Counter;
  /** Deletes at most `limit` (1000) counts whose window is over. Answers how many went. */
  prune(limit?: number): Promise<number>;
  close(): Promise<void>;
}

export interface CounterOptions {
  /** Letters, digits, `_` and `-`. */
  name: string;
  /** How many points a key has in a window; a positive integer. */
  points: number;
  /** The window, which begins with its first point. Seconds, positive. */
  durationSeconds: number;
}

/**
 * Keys may be any text: only their SHA-256 is kept. Every verb throws `StoreUnavailableError` where the counts
 * cannot be read or written; whoever guards something with them then refuses.
 */
export interface Counter {
  /**
   * Takes points (1). What is refused uses up what was left, and no more than that: a count never exceeds
   * `points`.
   */
  consume(key: string, points?: number): Promise<Allowance>;
  /** Undoes that much of `consume`; never more than was consumed. */
  giveBack(key: string, points?: number): Promise<void>;
  /** What `consume` of one point would answer. Changes nothing. */
  peek(key: string): Promise<Allowance>;
}

export interface Allowance {
  allowed: boolean;
  /** Seconds until the window ends, at least 1; 0 where `allowed`. */
  retryAfter: number;
}
