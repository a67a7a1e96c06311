import type { ClientOptions } from 'graphql-ws';
import type { UnauthenticatedReason } from '../../common.js';
import type { AuthClient } from '../types.js';

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
  client: Pick<AuthClient<unknown>, 'getAccessToken' | 'refused'>,
): AuthSocketOptions {
  let sent: string | null = null;
  /** What the server has said against the token that was sent. */
  let refusal: UnauthenticatedReason | null = null;
  return {
    async connectionParams() {
      if (refusal !== null) {
        const reason = refusal;
        refusal = null;
        await client
          .refused({ code: 'UNAUTHENTICATED', reason, refreshable: true }, sent)
          .catch(ignore);
      }
      // Where it cannot be renewed now the old one is refused again, and graphql-ws waits longer each time.
      sent = await client.getAccessToken().catch(() => sent);
      return sent === null ? {} : { Authorization: `Bearer ${sent}` };
    },
    shouldRetry(event) {
      const { code, reason } = event as { code?: number; reason?: string };
      if (code !== REFUSED || !/^(TOKEN|USER)_/.test(reason ?? '')) return isPassing(code);
      refusal = reason as UnauthenticatedReason;
      if (refusal === 'TOKEN_EXPIRED' || refusal === 'TOKEN_STALE') return true;
      const final = { code: 'UNAUTHENTICATED', reason: refusal, refreshable: false } as const;
      refusal = null;
      void client.refused(final, sent).catch(ignore);
      return false;
    },
  };
}

const ignore = (): void => undefined;

/** As graphql-ws has it: after a close, whatever its code, which it has not called fatal already. */
const isPassing = (code: number | undefined): boolean => code !== undefined;
