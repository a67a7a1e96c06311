import type { Handlers } from '../../handlers.js';
import { isThenable, type MaybePromise } from '../../outcome.js';

/**
 * A handler of the embedder's that threw, or whose answer cannot be used: for the log. Callers are told
 * `INTERNAL_SERVER_ERROR`. No answer is repeated in the message: it may hold a secret.
 */
export class HandlerError extends Error {
  constructor(handler: keyof Handlers, what: string, options?: ErrorOptions) {
    super(`jwt.${handler} ${what}`, options);
    this.name = 'HandlerError';
  }
}

/**
 * Asks a handler, and continues at once where it answers at once. Whatever it throws, a `GraphQLError` too, becomes
 * the cause of a `HandlerError`.
 */
export function askHandler<T, R>(
  handler: keyof Handlers,
  ask: () => MaybePromise<T>,
  take: (answer: T) => R,
): MaybePromise<R> {
  const failed = (cause: unknown): never => {
    throw new HandlerError(handler, 'threw.', { cause });
  };
  let answer: MaybePromise<T>;
  try {
    answer = ask();
  } catch (error) {
    return failed(error);
  }
  return isThenable(answer) ? Promise.resolve(answer).then(take, failed) : take(answer);
}

/** What came instead, in words and without its content. */
export const kindOf = (value: unknown): string => {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'a text' : `a value of the type ${typeof value}`;
};

/** An object as `{}` makes it: a `Map` or an instance of a class would lose what it holds. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm, such as those of a test runner, have a prototype of their own without one.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
