import type { GraphQLFormattedError } from 'graphql';
import type { AskedOverSocket } from '../auth/socketParts.js';
import { parsedIn } from '../secrets.js';
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
        // What has more tokens was never parsed for anybody, so that no message quotes it.
        document: document ?? (query === undefined ? undefined : parsedIn(query, { maxTokens })),
      },
      errors,
    );
}
