import { isSymmetric, legacyKeys } from '../tokens/keys.js';
import type { NameOf } from './conflicts.js';
import type { Config } from './table.js';

/** What keeps `legacyTokens` from being read with the keys at hand. Only called when all settings parsed. */
export function legacyConflicts({ legacyTokens: legacy, jwt }: Config, nameOf: NameOf): string[] {
  if (legacy === undefined) return [];
  const name = nameOf('legacyTokens');
  const { algorithm } = legacy;
  try {
    if (legacyKeys(legacy, jwt).length > 0) return [];
  } catch (error) {
    return [`The key of ${name}: ${(error as Error).message}`];
  }
  const wanted = isSymmetric(algorithm)
    ? '"key" to Django\'s SECRET_KEY'
    : `"key" to the public key that verifies ${algorithm}`;
  return [`${name} has no key for ${algorithm}, and no other setting has one. Set its ${wanted}.`];
}
