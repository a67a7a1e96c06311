import { createAttachments } from '../attachments.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { createTokenCache } from '../tokens/cache.js';
import type { ClaimRules, ClaimsOf, TokenType } from '../tokens/claims.js';
import {
  findKey,
  verifyToken,
  verifyWithKey,
  type AccessClaims,
  type RefreshClaims,
  type VerifyResult,
} from '../tokens/jwt.js';
import type { KeyRing, TokenKey } from '../tokens/keys.js';
import { unverifiedSubject } from '../tokens/unverified.js';
import type { UserKeys } from './handlers/userKeys.js';
import type { Keys } from './keys.js';
import type { SessionSettings } from './settings.js';

export interface VerifierParts {
  readonly keys: Keys;
  readonly settings: SessionSettings;
  /** Null where users have no secrets of their own. */
  readonly userKeys: UserKeys | null;
}

/** What claims are judged by at this moment. */
export interface TokenRules {
  /** Integer seconds. */
  now(this: void): number;
  access(this: void): ClaimRules<'at+jwt'>;
  refresh(this: void): ClaimRules<'rt+jwt'>;
}

/** Reads tokens that the key rings have signed. */
export interface TokenVerifier {
  access(this: void, token: string): MaybePromise<VerifyResult<AccessClaims>>;
  refresh(this: void, token: string): MaybePromise<VerifyResult<RefreshClaims>>;
}

/** A token whose signature was right, and the key of its user that said so. */
interface Seen {
  readonly ringKey: TokenKey;
  readonly own: TokenKey;
}

export function createTokenVerifier(
  { keys, settings, userKeys }: VerifierParts,
  rules: TokenRules,
): TokenVerifier {
  const cache = createTokenCache(settings);
  const seen = createAttachments<AccessClaims, Seen>();
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

  function readAccess(token: string): MaybePromise<VerifyResult<AccessClaims>> {
    const ring = accessRing();
    const claims = cache.get(token, rules.now());
    if (claims === undefined) return readAfresh(token, ring);
    if (userKeys === null) return { kind: 'valid', claims };
    const { ringKey, own } = seen.get(claims) as Seen;
    return andThen(userKeys.ofId(ringKey, claims.sub), (key) =>
      // The user's secret may be another one by now: then the token is judged as if it had never been seen.
      key?.verifyWith.equals(own.verifyWith) ? { kind: 'valid', claims } : readAfresh(token, ring),
    );
  }

  function readAfresh(token: string, ring: KeyRing): MaybePromise<VerifyResult<AccessClaims>> {
    if (userKeys !== null) return verifyAsUser(token, ring, rules.access, userKeys, remember);
    const result = verifyToken(token, { ring, ...rules.access() });
    if (result.kind === 'valid') cache.set(token, result.claims);
    return result;
  }

  function remember(token: string, claims: AccessClaims, by: Seen): void {
    // The key may have been removed, and the cache emptied, while the user's secret was looked up.
    if (keys.access().byKid.get(by.ringKey.kid) !== by.ringKey) return;
    seen.set(claims, by);
    cache.set(token, claims);
  }

  function readRefresh(token: string): MaybePromise<VerifyResult<RefreshClaims>> {
    const ring = keys.refresh();
    return userKeys === null
      ? verifyToken(token, { ring, ...rules.refresh() })
      : verifyAsUser(token, ring, rules.refresh, userKeys);
  }

  /** Another node may have signed with a key that this one has not seen yet. */
  const lookingAgain =
    <Claims>(read: (token: string) => MaybePromise<VerifyResult<Claims>>) =>
    (token: string): MaybePromise<VerifyResult<Claims>> =>
      andThen(read(token), (result) =>
        result.kind === 'unknown-key' ? andThen(keys.lookAgain(), () => read(token)) : result,
      );

  return { access: lookingAgain(readAccess), refresh: lookingAgain(readRefresh) };
}

/**
 * Verifies a token under the key of its user. Its `sub` is read before it is believed, to find that key; under
 * another's key the signature is wrong.
 */
function verifyAsUser<T extends TokenType>(
  token: string,
  ring: KeyRing,
  rules: () => ClaimRules<T>,
  userKeys: UserKeys,
  remember?: (token: string, claims: ClaimsOf[T], by: Seen) => void,
): MaybePromise<VerifyResult<ClaimsOf[T]>> {
  const found = findKey(token, ring, rules().typ);
  if (found.kind !== 'of-key') return found;
  const { key: ringKey, payload } = found;
  const subject = unverifiedSubject(payload);
  if (subject === null) return { kind: 'invalid', why: 'sub is not a non-empty text' };
  return andThen(userKeys.ofId(ringKey, subject), (own) => {
    if (own === null) return { kind: 'invalid', why: 'there is no such user' };
    // The clock is read when the user's secret is there.
    const result = verifyWithKey(token, payload, own, rules());
    if (result.kind === 'valid') remember?.(token, result.claims, { ringKey, own });
    return result;
  });
}
