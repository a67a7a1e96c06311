import { randomUUID } from 'node:crypto';
import { systemClock, toSeconds, type Clock } from '../time.js';
import { newSessionId } from '../tokens/ids.js';
import { signToken } from '../tokens/jwt.js';
import { importPem, importSecret, type Algorithm } from '../tokens/keys.js';

/** What `signedToken` takes. */
export interface SignedTokenOptions {
  /** The user's id: `sub`. */
  readonly user: string;
  /** Default: none. */
  readonly scopes?: readonly string[];
  /** Default: none. */
  readonly roles?: readonly string[];
  /** A secret of 32 bytes at least (HS256), or a private key as PEM. */
  readonly key: string | Uint8Array;
  /** Default: HS256, and RS256 for a PEM. */
  readonly algorithm?: Algorithm;
  /** Seconds; negative for a token that has expired. Default 300. */
  readonly expiresIn?: number;
  readonly issuer?: string;
  readonly audience?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/**
 * An access token with every claim that ours have, signed with a key of the test: for services that verify our
 * tokens by key. It belongs to no session, so `auth.context` answers `TOKEN_REVOKED` to it. Throws a TypeError for a
 * key that the algorithm cannot have.
 */
export function signedToken(options: SignedTokenOptions): string {
  const { user, scopes = [], roles = [], expiresIn = 300, issuer, audience } = options;
  const { clock = systemClock } = options;
  const now = toSeconds(clock.now());
  const iat = expiresIn < 0 ? now + 2 * expiresIn : now;
  return signToken(
    {
      ...(issuer !== undefined && { iss: issuer }),
      ...(audience !== undefined && { aud: audience }),
      sub: user,
      sid: newSessionId(),
      gen: 0,
      iat,
      exp: now + expiresIn,
      jti: randomUUID(),
      orig_iat: iat,
      auth_time: iat,
      scope: scopes.join(' '),
      roles,
      ver: '0.0',
    },
    'at+jwt',
    keyOf(options),
  );
}

function keyOf({ key, algorithm }: SignedTokenOptions) {
  if (typeof key === 'string' && key.includes('-----BEGIN')) {
    return importPem(key, algorithm ?? 'RS256');
  }
  const bytes = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  return importSecret(bytes, algorithm ?? 'HS256');
}
