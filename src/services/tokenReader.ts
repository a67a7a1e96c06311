import type { MaybePromise } from '../outcome.js';
import { toSeconds, type Clock } from '../time.js';
import { createTokenCache } from '../tokens/cache.js';
import {
  verifyToken,
  type AccessClaims,
  type RefreshClaims,
  type VerifyResult,
} from '../tokens/jwt.js';
import type { Keys } from './keys.js';
import type { SessionSettings } from './settings.js';

/** Reads tokens as this server's settings want them. Says nothing of sessions. Answers at once where it can. */
export interface TokenReader {
  /** Remembers good tokens until they expire. */
  access(token: string): MaybePromise<VerifyResult<AccessClaims>>;
  refresh(token: string): MaybePromise<VerifyResult<RefreshClaims>>;
}

export function createTokenReader(
  keys: Keys,
  settings: SessionSettings,
  clock: Clock,
): TokenReader {
  const { issuer, audience, leeway, expirationDelta } = settings;
  const cache = createTokenCache({ leeway });

  function access(token: string): VerifyResult<AccessClaims> {
    const now = toSeconds(clock.now());
    const known = cache.get(token, now);
    if (known !== undefined) return { kind: 'valid', claims: known };
    const ring = keys.access();
    const options = { typ: 'at+jwt', ring, now, issuer, audience, leeway } as const;
    const result = verifyToken(token, { ...options, maxLifetime: expirationDelta });
    if (result.kind === 'valid') cache.set(token, result.claims);
    return result;
  }

  function refresh(token: string): VerifyResult<RefreshClaims> {
    const now = toSeconds(clock.now());
    const ring = keys.refresh();
    const options = { typ: 'rt+jwt', ring, now, issuer, audience, leeway } as const;
    return verifyToken(token, { ...options, maxLifetime: null });
  }

  return { access, refresh };
}
