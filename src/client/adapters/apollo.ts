// The file: version 3 has a folder there, which neither Node nor webpack imports.
import { HttpLink } from '@apollo/client/link/http/index.js';
import type { AuthClient } from '../types.js';

/**
 * The last link of Apollo Client 4 or 3: sends operations with the token of the moment, renewed when due. Any other link
 * that takes a `fetch`, such as one that uploads files, can have `fetch: client.fetch` instead. One that batches, too: a
 * batch that was refused is sent again where all of it are queries.
 *
 * @param options of `HttpLink`; `uri` is the client's `url` unless it says something else. A `fetch` of one's own is an
 *   option of `createAuthClient`
 */
export function createAuthLink(
  client: Pick<AuthClient<unknown>, 'url' | 'fetch'>,
  // By this name in version 3 as well.
  options: Omit<NonNullable<ConstructorParameters<typeof HttpLink>[0]>, 'fetch'> = {},
): HttpLink {
  return new HttpLink({ uri: client.url, ...options, fetch: client.fetch });
}
