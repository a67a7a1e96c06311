import { useSyncExternalStore } from 'react';
import type { AuthClient, Session } from '../types.js';

/**
 * Who is logged in, in React: renders again when that changes or the pair is renewed. Null: nobody; undefined: not known
 * yet, as while the server renders.
 */
export function useSession<User>(
  client: Pick<AuthClient<User>, 'subscribe' | 'session'>,
): Session<User> | null | undefined {
  return useSyncExternalStore(
    client.subscribe,
    () => client.session,
    () => undefined,
  );
}
