import type { Store } from '../../store/store.js';
import { MAX_TOKEN_LENGTH } from '../../tokens/compact.js';
import { isForeign } from '../../tokens/legacy.js';
import type { Authenticator, TokenIssuer } from '../authenticate.js';
import type { Introspect } from '../introspection.js';
import type { Logout } from '../logout.js';
import type { LegacyTokens } from './legacyTokens.js';

/** The services that are given tokens as they came. */
export interface TokenServices {
  readonly authenticator: Authenticator;
  readonly introspect: Introspect;
  readonly logout: Logout;
}

/** Our tokens of one key have the same header letter for letter, so that it is read once and not in each request. */
function createIssuerOf(): (token: string) => TokenIssuer {
  let ownHeader: string | null = null;
  return (token) => {
    if (ownHeader !== null && token.startsWith(ownHeader)) return 'own';
    if (isForeign(token)) return 'legacy';
    // What is too long is none of ours by its length, and its header says nothing.
    const end = token.indexOf('.') + 1;
    if (end > 1 && token.length <= MAX_TOKEN_LENGTH) ownHeader = token.slice(0, end);
    return 'own';
  };
}

/** The same services where tokens of another system are read beside ours. Which one it is the header `typ` tells. */
export function besideLegacy(
  own: TokenServices,
  legacy: LegacyTokens,
  store: Store,
): TokenServices {
  const issuerOf = createIssuerOf();

  /** Such a token has no session to end; it reaches no further than to all that its user has. */
  async function logoutEverywhere(token: string, origin: Parameters<Logout>[0]['origin']) {
    const credential = await legacy.authenticate(token);
    if (credential.kind !== 'valid') return 0;
    const { id: userId } = credential.viewer;
    const ended = await store.revokeSessions({ by: 'user', userId }, 'logout', {
      event: 'logout',
      actorId: userId,
      userId,
      origin,
      details: { allSessions: true },
    });
    return ended.length;
  }

  return {
    authenticator: {
      judge: (claims, state) => own.authenticator.judge(claims, state),
      authenticate: (token, issuer = issuerOf(token)) =>
        issuer === 'legacy' ? legacy.authenticate(token) : own.authenticator.authenticate(token),
    },
    introspect: (token) =>
      issuerOf(token) === 'legacy' ? legacy.introspect(token) : own.introspect(token),
    async logout(input) {
      const { refreshToken, accessToken: token, allSessions, origin } = input;
      if (refreshToken !== null || token === null || issuerOf(token) === 'own') {
        return own.logout(input);
      }
      return allSessions ? logoutEverywhere(token, origin) : 0;
    },
  };
}
