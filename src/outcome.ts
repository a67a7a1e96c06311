import type { ErrorCode } from './common.js';
import type { ErrorDetails } from './errors.js';

/** A value or a promise of it: synchronous engines answer at once, and the hot path stays synchronous. */
export type MaybePromise<T> = T | Promise<T>;

/** An expected refusal, as a value. Only resolvers and guards turn it into an `AuthError`. */
export interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
  readonly message?: string;
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | Refusal;

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const refuse = (code: ErrorCode, details?: ErrorDetails, message?: string): Refusal => ({
  ok: false,
  code,
  ...(details && { details }),
  ...(message !== undefined && { message }),
});

/** A promise of whatever kind. A resolver or a handler may answer with another library's. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

/** Continues at once where the value is at hand, and later where it is not. */
export function andThen<T, R>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All of them: at once where all are at hand, and later where one is not. */
export function together<const T extends readonly unknown[]>(
  values: T,
): MaybePromise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  type All = { -readonly [K in keyof T]: Awaited<T[K]> };
  const isLate = values.some((value) => value instanceof Promise);
  return isLate ? Promise.all(values) : (values as unknown as All);
}
