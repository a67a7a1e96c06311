import { parse, type DocumentNode, type GraphQLFormattedError } from 'graphql';
import type { AskedOverSocket } from '../auth/socketParts.js';
import type { ErrorDesk } from './errorDesk.js';

/** More than any document that is executed. */
const MAX_TOKENS = 5000;

/** Masks the errors of an operation over a socket as those of a request, each time under an id of its own. */
export function createSocketErrors(
  desk: ErrorDesk,
  newRequestId: () => string,
): (errors: readonly unknown[], asked: AskedOverSocket) => GraphQLFormattedError[] {
  return (errors, { authorization, variables, query, document }) =>
    desk.formatAll(
      {
        requestId: newRequestId(),
        codes: new Set(),
        headers: { authorization },
        variables,
        document: document ?? parsed(query),
      },
      errors,
    );
}

function parsed(query: string | undefined): DocumentNode | undefined {
  try {
    return query === undefined ? undefined : parse(query, { maxTokens: MAX_TOKENS });
  } catch {
    return undefined;
  }
}
