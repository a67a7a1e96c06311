import type { GraphQLFormattedError } from 'graphql';
import type { MaybePromise } from '../outcome.js';

/** Errors that refuse an operation whole, the data of a whole answer, or null, where it is to be executed. */
export type Judged = readonly unknown[] | { readonly data: Record<string, unknown> } | null;

/** The whole result of an operation that was judged and not executed. */
export type JudgedResult =
  { errors: GraphQLFormattedError[]; data: null } | { data: Record<string, unknown> };

/** Asks a judge; what it throws refuses the operation. */
export function judged(ask: () => MaybePromise<Judged>): MaybePromise<Judged> {
  try {
    const answer = ask();
    return answer instanceof Promise ? answer.catch((error: unknown) => [error]) : answer;
  } catch (error) {
    return [error];
  }
}

/** These errors pass no formatting of Apollo Server. */
export const resultOf = (
  answer: NonNullable<Judged>,
  formatAll: (errors: readonly unknown[]) => GraphQLFormattedError[],
): JudgedResult =>
  'data' in answer ? { data: answer.data } : { errors: formatAll(answer), data: null };
