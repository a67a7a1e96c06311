import { parse, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import type { AskedOverSocket } from '../auth/socketParts.js';
import type { ErrorDesk } from './errorDesk.js';

/** Masks the errors of an operation over a socket as those of a request, each time under an id of its own. */
export function createSocketErrors(
  desk: ErrorDesk,
  newRequestId: () => string,
  maxTokens: number,
): (errors: readonly unknown[], asked: AskedOverSocket) => GraphQLFormattedError[] {
  return (errors, { authorization, variables, query, document }) =>
    desk.formatAll(
      {
        requestId: newRequestId(),
        codes: new Set(),
        headers: { authorization },
        variables,
        document: document ?? parsed(query, maxTokens),
      },
      errors,
    );
}

/** What has more tokens was never parsed for anybody, so that no message quotes it. */
function parsed(query: string | undefined, maxTokens: number): DocumentNode | undefined {
  try {
    return query === undefined ? undefined : parse(query, { maxTokens });
  } catch {
    return undefined;
  }
}
