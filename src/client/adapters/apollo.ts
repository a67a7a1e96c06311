import { HttpLink } from '@apollo/client/link/http';
import type { AuthClient } from '../types.js';

/**
 * The last link of Apollo Client 4 or 3: sends operations with the token of the moment, renewed when due. Any other link
 * that takes a `fetch`, such as one that uploads files, can have `fetch: client.fetch` instead.
 *
 * @param options of `HttpLink`; `uri` is the client's `url` unless it says something else
 */
export function createAuthLink(
  client: Pick<AuthClient<unknown>, 'url' | 'fetch'>,
  // By this name in version 3 as well.
  options: ConstructorParameters<typeof HttpLink>[0] = {},
): HttpLink {
  return new HttpLink({ uri: client.url, ...options, fetch: client.fetch });
}
