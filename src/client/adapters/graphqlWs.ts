import type { ClientOptions } from 'graphql-ws';
import type { UnauthenticatedReason } from '../../common.js';
import type { AuthClient, Session } from '../types.js';

/** What the server closes a socket with when its token is refused; the reason says why. */
const REFUSED = 4403;

/** Options for `createClient` of graphql-ws, to be spread beside `url`. */
export type AuthSocketOptions = Required<Pick<ClientOptions, 'connectionParams' | 'shouldRetry'>>;

/**
 * Each connection has the token of the moment. When the server closes the socket because the token has ended or the
 * user's grants have changed, graphql-ws connects again with a new one and subscribes anew; what happened meanwhile is
 * not delivered. Any other refusal ends the session of the client, and the subscriptions.
 *
 * Who logs in or out calls `terminate()` of graphql-ws, so that an open socket does not stay with the old token.
 */
export function authSocket(
  client: Pick<AuthClient<unknown>, 'getAccessToken' | 'refused' | 'session'>,
): AuthSocketOptions {
  let sent: string | null = null;
  /** Whose that was: of cookies nothing else tells. The same object until something changes. */
  let was: Session<unknown> | null | undefined;
  /** The server has been heard against it. */
  let cure: Promise<unknown> | undefined;
  return {
    async connectionParams() {
      // Cookies have left with the upgrade, before a refresh that is waited for here.
      const before = client.session;
      await cure;
      // Where it cannot be renewed now the old one is refused again, and graphql-ws waits longer each time. Where there is
      // no old one of this session nothing is said, until the server closes the socket (4408): it would take us for
      // nobody, or for who was here before.
      sent = await client
        .getAccessToken()
        .catch(() => (was?.id === client.session?.id && sent) || new Promise<never>(ignore));
      was = sent === null ? before : client.session;
      return sent === null ? {} : { Authorization: `Bearer ${sent}` };
    },
    shouldRetry(event) {
      const { code, reason } = event as { code?: number; reason?: string };
      if (code !== REFUSED || !/^(TOKEN|USER)_/.test(reason ?? '')) return isPassing(code);
      // It is another by now, of a new password or a new login: that is to be tried.
      if (client.session && client.session !== was) return true;
      const refreshable = reason === 'TOKEN_EXPIRED' || reason === 'TOKEN_STALE';
      const refusal = { code: 'UNAUTHENTICATED', reason: reason as UnauthenticatedReason } as const;
      cure = client.refused({ ...refusal, refreshable }, sent).catch(ignore);
      return refreshable;
    },
  };
}

const ignore = (): void => undefined;

/** As graphql-ws has it: after a close, whatever its code, which it has not called fatal already. */
const isPassing = (code: number | undefined): boolean => code !== undefined;
