import { makeOperation, mapExchange, type Exchange } from '@urql/core';
import type { AuthClient } from '../types.js';

/**
 * For urql's `exchanges`, before `fetchExchange`: that sends operations with the token of the moment, renewed when due.
 * A `fetch` of one's own is an option of `createAuthClient`, not of urql's.
 */
export function authExchange(client: Pick<AuthClient<unknown>, 'fetch'>): Exchange {
  return mapExchange({
    onOperation: (operation) =>
      makeOperation(operation.kind, operation, { ...operation.context, fetch: client.fetch }),
  });
}
