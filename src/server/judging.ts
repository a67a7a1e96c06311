import type { MaybePromise } from '../outcome.js';
import type { PendingOperation, ServerContext, ServerOptions } from './options.js';

export type Judge<Context extends ServerContext> = NonNullable<ServerOptions<Context>['judge']>;

/** Errors that refuse an operation whole, the data of a whole answer, or null, where it is to be executed. */
export type Judged = readonly unknown[] | { readonly data: Record<string, unknown> } | null;

/** What a judge throws refuses the operation. */
export function judged<Context extends ServerContext>(
  judge: Judge<Context>,
  operation: PendingOperation<Context>,
): MaybePromise<Judged> {
  try {
    const answer = judge(operation);
    return answer instanceof Promise ? answer.catch((error: unknown) => [error]) : answer;
  } catch (error) {
    return [error];
  }
}
