import { andThen, type MaybePromise } from '../outcome.js';
import { toSeconds, type Clock } from '../time.js';
import { createTokenCache } from '../tokens/cache.js';
import {
  verifyToken,
  type AccessClaims,
  type RefreshClaims,
  type VerifyResult,
} from '../tokens/jwt.js';
import type { KeyRing } from '../tokens/keys.js';
import type { Keys } from './keys.js';
import type { SessionSettings } from './settings.js';

/** What a token says; or that it is of a key that was ours and is gone, so that nothing of it can be read. */
export type ReadResult<Claims> = VerifyResult<Claims> | { readonly kind: 'removed-key' };

/** Reads tokens as this server's settings want them. Says nothing of sessions. Answers at once where it can. */
export interface TokenReader {
  /** Remembers good tokens until they expire. */
  access(token: string): MaybePromise<ReadResult<AccessClaims>>;
  refresh(token: string): MaybePromise<VerifyResult<RefreshClaims>>;
}

export function createTokenReader(
  keys: Keys,
  settings: SessionSettings,
  clock: Clock,
): TokenReader {
  const { issuer, audience, leeway, expirationDelta } = settings;
  const cache = createTokenCache({ leeway });
  let cachedFor: KeyRing | null = null;

  /** The ring of now; what a key that has left it had signed is forgotten. */
  function accessRing(): KeyRing {
    const ring = keys.access();
    if (ring === cachedFor) return ring;
    const hasLeft = [...(cachedFor?.byKid.keys() ?? [])].some((kid) => !ring.byKid.has(kid));
    if (hasLeft) cache.clear();
    cachedFor = ring;
    return ring;
  }

  function readAccess(token: string): VerifyResult<AccessClaims> {
    const ring = accessRing();
    const now = toSeconds(clock.now());
    const known = cache.get(token, now);
    if (known !== undefined) return { kind: 'valid', claims: known };
    const options = { typ: 'at+jwt', ring, now, issuer, audience, leeway } as const;
    const result = verifyToken(token, { ...options, maxLifetime: expirationDelta });
    if (result.kind === 'valid') cache.set(token, result.claims);
    return result;
  }

  function readRefresh(token: string): VerifyResult<RefreshClaims> {
    const now = toSeconds(clock.now());
    const ring = keys.refresh();
    const options = { typ: 'rt+jwt', ring, now, issuer, audience, leeway } as const;
    return verifyToken(token, { ...options, maxLifetime: null });
  }

  /** Another node may have signed with a key that this one has not seen yet. */
  function lookingAgain<Claims>(
    read: (token: string) => VerifyResult<Claims>,
    token: string,
  ): MaybePromise<VerifyResult<Claims>> {
    const result = read(token);
    if (result.kind !== 'unknown-key') return result;
    return andThen(keys.lookAgain(), () => read(token));
  }

  return {
    access: (token) =>
      andThen(lookingAgain(readAccess, token), (result) =>
        result.kind === 'unknown-key' && keys.wasRemoved(result.kid)
          ? { kind: 'removed-key' }
          : result,
      ),
    refresh: (token) => lookingAgain(readRefresh, token),
  };
}
