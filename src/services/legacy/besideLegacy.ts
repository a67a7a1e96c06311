import { andThen, type MaybePromise } from '../../outcome.js';
import type { Store } from '../../store/store.js';
import { MAX_TOKEN_LENGTH } from '../../tokens/compact.js';
import { isForeign } from '../../tokens/legacy.js';
import type { Credential } from '../../viewer.js';
import type { Authenticator, TokenIssuer } from '../authenticate.js';
import type { Introspect, TokenVerdict } from '../introspection.js';
import { logoutEverywhere, type Logout, type LogoutInput } from '../logout.js';
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

/**
 * The same services where tokens of another system are read beside ours. Which one it is the header `typ` tells; where
 * ours are made by a handler (`ofAnyForm`) it tells nothing, and what is not ours is then looked at as theirs.
 */
export function besideLegacy(
  own: TokenServices,
  legacy: LegacyTokens,
  store: Store,
  ofAnyForm: boolean,
): TokenServices {
  const issuerOf = createIssuerOf();

  function authenticateEither(token: string): MaybePromise<Credential> {
    if (issuerOf(token) === 'own') return own.authenticator.authenticate(token);
    if (!ofAnyForm) return legacy.authenticate(token);
    return andThen(own.authenticator.authenticate(token), (credential) =>
      isUnread(credential) ? legacy.authenticate(token) : credential,
    );
  }

  function introspect(token: string): MaybePromise<TokenVerdict> {
    if (issuerOf(token) === 'own') return own.introspect(token);
    if (!ofAnyForm) return legacy.introspect(token);
    return andThen(own.introspect(token), (verdict) =>
      verdict.claims === null ? legacy.introspect(token) : verdict,
    );
  }

  const isOwn = async (token: string): Promise<boolean> =>
    issuerOf(token) === 'own' || (ofAnyForm && (await own.introspect(token)).claims !== null);

  /** Such a token has no session to end; it reaches no further than to all that its user has. */
  async function endAll(token: string, origin: LogoutInput['origin']): Promise<number> {
    const credential = await legacy.authenticate(token);
    return credential.kind === 'valid' ? logoutEverywhere(store, credential.viewer.id, origin) : 0;
  }

  return {
    authenticator: {
      judge: (claims, state, userId) => own.authenticator.judge(claims, state, userId),
      authenticate(token, issuer) {
        if (issuer === undefined) return authenticateEither(token);
        return issuer === 'legacy'
          ? legacy.authenticate(token)
          : own.authenticator.authenticate(token);
      },
    },
    introspect,
    async logout(input) {
      const { refreshToken, accessToken: token, allSessions, origin } = input;
      if (refreshToken !== null || token === null || (await isOwn(token))) {
        return own.logout(input);
      }
      return allSessions ? endAll(token, origin) : 0;
    },
  };
}

const isUnread = (credential: Credential): boolean =>
  credential.kind === 'rejected' &&
  (credential.reason === 'TOKEN_INVALID' || credential.reason === 'TOKEN_MALFORMED');
