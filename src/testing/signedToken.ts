import { randomUUID } from 'node:crypto';
import { isUint8Array } from 'node:util/types';
import { systemClock, toSeconds, type Clock } from '../time.js';
import { newSessionId } from '../tokens/ids.js';
import { signToken } from '../tokens/jwt.js';
import { importPem, importSecret, isAlgorithm, type Algorithm } from '../tokens/keys.js';
import { misuse, namesIn } from './misuse.js';

/** What `signedToken` takes. */
export interface SignedTokenOptions {
  /** The user's id: `sub`. */
  readonly user: string;
  /** Default: none. */
  readonly scopes?: readonly string[] | ReadonlySet<string> | undefined;
  /** Default: none. */
  readonly roles?: readonly string[] | ReadonlySet<string> | undefined;
  /** A secret of 32 bytes at least (HS256), or a private key as PEM. */
  readonly key: string | Uint8Array;
  /** Default: HS256, and RS256 for a PEM. */
  readonly algorithm?: Algorithm | undefined;
  /** Seconds; negative for a token that has expired. Default 300. */
  readonly expiresIn?: number | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}

/**
 * An access token with every claim that ours have, signed with a key of the test: for services that verify our
 * tokens by key. It belongs to no session, so `auth.context` answers `TOKEN_REVOKED` to it. Throws a TypeError for
 * options that are none, and for a key that the algorithm cannot have.
 */
export function signedToken(options: SignedTokenOptions): string {
  const { user, expiresIn = 300, issuer, audience, clock = systemClock } = checked(options);
  const scopes = namesIn('signedToken: scopes', options.scopes);
  const roles = namesIn('signedToken: roles', options.roles);
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

const EXAMPLE = "Write signedToken({ user: '7', key }).";

function checked(options: SignedTokenOptions): SignedTokenOptions {
  if (typeof options !== 'object' || options === null) {
    return misuse('signedToken(options) expects { user, key }', options, EXAMPLE);
  }
  const { user, key, algorithm, expiresIn = 300 } = options;
  if (typeof user !== 'string') {
    misuse('signedToken: user must be the id of a user as a text', user, EXAMPLE);
  }
  // Of a key only its kind is told, and that of a text is right.
  if (typeof key !== 'string' && !isUint8Array(key)) {
    misuse('signedToken: key must be a text or a Uint8Array', key, EXAMPLE);
  }
  if (algorithm !== undefined && !isAlgorithm(algorithm)) {
    misuse(
      "signedToken: algorithm must be one of JWT's",
      algorithm,
      'Write HS256, RS256 or ES256.',
    );
  }
  if (!Number.isFinite(expiresIn)) {
    misuse('signedToken: expiresIn must be a number of seconds', expiresIn, 'Write 5 * 60.');
  }
  return options;
}

function keyOf({ key, algorithm }: SignedTokenOptions) {
  if (typeof key === 'string' && key.includes('-----BEGIN')) {
    return importPem(key, algorithm ?? 'RS256');
  }
  const bytes = typeof key === 'string' ? new TextEncoder().encode(key) : key;
  return importSecret(bytes, algorithm ?? 'HS256');
}
