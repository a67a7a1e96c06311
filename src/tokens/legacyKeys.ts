import { factsOf, isSymmetric, type Algorithm } from './algorithms.js';
import { importPem } from './importPem.js';
import { importSecret } from './importSecret.js';
import { keyRefusal, type TokenKey } from './tokenKey.js';

/** Where the keys of another system's tokens come from. */
export interface LegacyKeySource {
  readonly algorithm: Algorithm;
  /** Secrets as bytes, public keys as PEM. Undefined = those of our own settings. */
  readonly key?: readonly (Uint8Array | string)[] | undefined;
}

/** Keys of our own settings, which are theirs too where both share them. */
export interface SharedKeys {
  readonly algorithm: Algorithm;
  readonly secretKey?: readonly Uint8Array[] | undefined;
  readonly publicKey?: string | undefined;
}

/**
 * The keys that verify another system's tokens; none where nobody gave one. Throws a `TypeError` for a key that our own
 * tokens could not have either.
 */
export function legacyKeys({ algorithm, key }: LegacyKeySource, shared: SharedKeys): TokenKey[] {
  const { secretKey = [], publicKey } = shared;
  const pems = publicKey !== undefined && shared.algorithm === algorithm ? [publicKey] : [];
  const given = key ?? (isSymmetric(algorithm) ? secretKey : pems);
  return given.map((one) => verifying(importOne(one, algorithm)));
}

function importOne(key: Uint8Array | string, algorithm: Algorithm): TokenKey {
  if (typeof key === 'string') return importPem(key, algorithm);
  if (isSymmetric(algorithm) && key.length < factsOf(algorithm).hashLength) {
    // A new secret, the fix for one of ours, would verify none of their tokens.
    throw keyRefusal(
      `a secret of at least ${factsOf(algorithm).hashLength} bytes for ${algorithm}`,
      `this one has ${key.length}`,
      'Tokens of a shorter one can be forged. Give Django a longer one some days before the move, or leave legacyTokens out: everybody then logs in once.',
    );
  }
  return importSecret(key, algorithm);
}

/** Nothing is ever signed in the name of that system. */
const verifying = (key: TokenKey): TokenKey => ({ ...key, signWith: null });
