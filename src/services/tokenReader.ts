import { andThen, type MaybePromise } from '../outcome.js';
import { toSeconds, type Clock } from '../time.js';
import type { AccessClaims, RefreshClaims, VerifyResult } from '../tokens/jwt.js';
import { readUnverified } from '../tokens/unverified.js';
import { decodeWith } from './handlers/codec.js';
import { createUserIdOf } from './handlers/userId.js';
import { createTokenVerifier, type TokenRules, type VerifierParts } from './tokenVerifier.js';

/** Claims, and whose the token is by them. */
interface Presented<Claims> {
  readonly claims: Claims;
  readonly userId: string;
}

/** What a token says; or that it is of a key that was ours and is gone, so that nothing of it can be read. */
export type ReadResult<Claims> =
  | ({ readonly kind: 'valid' | 'expired' } & Presented<Claims>)
  | Exclude<VerifyResult<Claims>, { readonly claims: Claims }>
  | { readonly kind: 'removed-key' };

/** Reads tokens as this server's settings want them. Says nothing of sessions. Answers at once where it can. */
export interface TokenReader {
  /** Remembers good tokens until they expire, but none that a handler reads: it may think otherwise next time. */
  access(token: string): MaybePromise<ReadResult<AccessClaims>>;
  refresh(token: string): MaybePromise<VerifyResult<RefreshClaims>>;
}

interface Dependencies extends VerifierParts {
  readonly clock: Clock;
}

export function createTokenReader(dependencies: Dependencies): TokenReader {
  const { keys, settings } = dependencies;
  const rules = rulesOf(dependencies);
  const verifier = createTokenVerifier(dependencies, rules);
  const userIdOf = createUserIdOf(settings.payloadGetUserIdHandler);
  const read = accessReader();

  /** How access tokens are read is settled at the start. */
  function accessReader(): (token: string) => MaybePromise<VerifyResult<AccessClaims>> {
    const { decodeHandler, verify } = settings;
    if (decodeHandler !== undefined) {
      return (token) => decodeWith(decodeHandler, token, rules.access);
    }
    return verify ? verifier.access : (token) => readUnverified(token, rules.access());
  }

  function presented(result: VerifyResult<AccessClaims>): MaybePromise<ReadResult<AccessClaims>> {
    if (!('claims' in result)) {
      return result.kind === 'unknown-key' && keys.wasRemoved(result.kid)
        ? { kind: 'removed-key' }
        : result;
    }
    const { kind, claims } = result;
    return andThen(userIdOf(claims), (userId) =>
      userId === null
        ? { kind: 'invalid', why: 'its claims name nobody' }
        : { kind, claims, userId },
    );
  }

  return {
    access: (token) => andThen(read(token), presented),
    refresh: verifier.refresh,
  };
}

/** What claims are judged by now. */
function rulesOf({ settings, clock }: Dependencies): TokenRules {
  const { issuer, audience, leeway, expirationDelta, verifyExpiration } = settings;
  const now = () => toSeconds(clock.now());
  const common = () => ({ now: now(), issuer, audience, leeway });
  return {
    now,
    // What is named comes before what is spread: the other way round V8 makes a hidden class for each single object,
    // until Node 22.
    access: () => ({
      typ: 'at+jwt',
      maxLifetime: expirationDelta,
      verifyExpiration,
      ...common(),
    }),
    refresh: () => ({ typ: 'rt+jwt', maxLifetime: null, ...common() }),
  };
}
