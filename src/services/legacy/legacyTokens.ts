import type { UnauthenticatedReason } from '../../common.js';
import { andThen, together, type MaybePromise } from '../../outcome.js';
import { keepQuestion } from '../../recheck.js';
import type { Store, UserRow } from '../../store/store.js';
import { SECOND, toSeconds, type Clock } from '../../time.js';
import { createTokenCache } from '../../tokens/cache.js';
import { verifyLegacy, type LegacyClaims, type LegacyResult } from '../../tokens/legacy.js';
import type { Credential, Viewer } from '../../viewer.js';
import { orUnavailable, reasonOf, rejected } from '../authenticate.js';
import type { GrantsReader } from '../grants.js';
import type { TokenVerdict } from '../introspection.js';
import { createFindLegacyUser } from './findUser.js';
import type { LegacySettings } from './settings.js';

/** Reads access tokens that another system has issued. They belong to no session, and nothing is written for them. */
export interface LegacyTokens {
  authenticate(token: string): MaybePromise<Credential>;
  introspect(token: string): MaybePromise<TokenVerdict>;
}

interface Dependencies {
  store: Store;
  grants: GrantsReader;
  clock: Clock;
  settings: LegacySettings;
}

type Judged =
  | { readonly reason: null; readonly claims: LegacyClaims; readonly user: UserRow }
  | {
      readonly reason: UnauthenticatedReason;
      readonly claims: LegacyClaims | null;
      readonly user: UserRow | null;
    };

export function createLegacyTokens(dependencies: Dependencies): LegacyTokens {
  const { store, clock, settings } = dependencies;
  const cache = createTokenCache<LegacyClaims>({ leeway: settings.leeway });
  const findUser = createFindLegacyUser(store, settings);
  const viewerOf = createViewerReader(dependencies);

  function read(token: string): LegacyResult {
    const now = toSeconds(clock.now());
    const known = cache.get(token, now);
    if (known !== undefined) return { kind: 'valid', claims: known };
    const result = verifyLegacy(token, { ...settings, now });
    if (result.kind === 'valid') cache.set(token, result.claims);
    return result;
  }

  function judge(token: string): MaybePromise<Judged> {
    // Not "expired": renewing it there would bring another that is refused here, and logging in is what helps.
    if (clock.now() >= settings.until) return refused('TOKEN_INVALID');
    const result = read(token);
    if (result.kind === 'malformed' || result.kind === 'invalid') {
      return refused(reasonOf(result.kind));
    }
    const { kind, claims } = result;
    if (kind === 'expired') return refused('TOKEN_EXPIRED', claims);
    // What was taken back is known to the user's row, so that is read each time.
    return andThen(findUser(claims.payload), (user): Judged => {
      if (user === null) return refused('TOKEN_INVALID', claims);
      if (user.disabledAt !== null) return refused('USER_DISABLED', claims, user);
      return isTakenBack(claims, user)
        ? refused('TOKEN_REVOKED', claims, user)
        : { reason: null, claims, user };
    });
  }

  const authenticate = (token: string): MaybePromise<Credential> =>
    orUnavailable(() =>
      andThen(judge(token), ({ reason, user }) => {
        if (reason !== null) return rejected(reason);
        return andThen(viewerOf(user), (viewer) => {
          const credential = { kind: 'valid', viewer } as const;
          keepQuestion(credential, () => authenticate(token));
          return credential;
        });
      }),
    );

  return {
    authenticate,
    introspect: (token) =>
      andThen(judge(token), ({ reason, claims, user }): MaybePromise<TokenVerdict> => {
        if (claims === null) return { reason, tokenType: null, claims: null, userId: null };
        const { payload, iat, exp } = claims;
        const of = (scopes: string[] | null): TokenVerdict => ({
          reason,
          tokenType: 'ACCESS',
          claims: payload,
          userId: user?.id ?? null,
          legacy: { scopes, iat, exp },
        });
        return reason === null
          ? andThen(viewerOf(user), (viewer) => of([...viewer.scopes]))
          : of(null);
      }),
  };
}

/**
 * Their tokens know seconds and we know milliseconds: one issued in the very second in which everything was taken back
 * may be older than that, so it counts as older. Whoever logs in there within that second logs in once more.
 */
const isTakenBack = ({ iat }: LegacyClaims, { tokensRevokedAt }: UserRow): boolean =>
  tokensRevokedAt !== null && iat * SECOND <= tokensRevokedAt;

/** What a user holds at this moment: no claim of such a token says it. */
function createViewerReader({ store, grants }: Dependencies) {
  return ({ id }: UserRow): MaybePromise<Viewer> => {
    const reads = [
      store.rolesByUserIds([id]),
      store.scopesByUserIds?.([id]) ?? [undefined],
      store.roleTable(),
    ] as const;
    return andThen(together(reads), ([[roles = []], [scopes], table]) => ({
      id,
      sessionId: null,
      scopes: new Set(grants.scopesOf(roles, table, scopes)),
      roles: new Set(roles),
    }));
  };
}

const refused = (
  reason: UnauthenticatedReason,
  claims: LegacyClaims | null = null,
  user: UserRow | null = null,
): Judged => ({ reason, claims, user });
