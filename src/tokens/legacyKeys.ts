import { isSymmetric, type Algorithm } from './algorithms.js';
import { importPem } from './importPem.js';
import { importSecret } from './importSecret.js';
import type { TokenKey } from './tokenKey.js';

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

const importOne = (key: Uint8Array | string, algorithm: Algorithm): TokenKey =>
  typeof key === 'string' ? importPem(key, algorithm) : importSecret(key, algorithm);

/** Nothing is ever signed in the name of that system. */
const verifying = (key: TokenKey): TokenKey => ({ ...key, signWith: null });
