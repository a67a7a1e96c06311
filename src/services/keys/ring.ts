import type { KeyRow } from '../../store/store.js';
import {
  createKeyRing,
  isSymmetric,
  type Algorithm,
  type KeyRing,
  type TokenKey,
} from '../../tokens/keys.js';

/** A key of the store, ready to be used. Times are milliseconds. */
export interface StoredKey extends Pick<
  KeyRow,
  'kid' | 'purpose' | 'createdAt' | 'signsFrom' | 'retiredAt'
> {
  readonly algorithm: Algorithm;
  readonly key: TokenKey;
}

/** What was retired and erased is gone, also where the clock has been set back since. */
export const isLive = (
  { retiredAt, secret }: Pick<KeyRow, 'retiredAt'> & Partial<Pick<KeyRow, 'secret'>>,
  now: number,
): boolean => retiredAt === null || (retiredAt > now && secret?.length !== 0);

/**
 * The key of an algorithm that signs at `at`: the newest whose time has come. Where none has come yet it is the first
 * to come, since somebody must sign. Null where there is none.
 */
export function signerAt<
  Key extends Pick<StoredKey, 'algorithm' | 'signsFrom' | 'createdAt' | 'kid'>,
>(keys: readonly Key[], algorithm: Algorithm, at: number): Key | null {
  const inOrder = keys.filter((key) => key.algorithm === algorithm).sort(inOrderOfSigning);
  return inOrder.findLast(({ signsFrom }) => signsFrom <= at) ?? inOrder[0] ?? null;
}

/** Every node must come to the same order, also where two rotated at the same moment. */
const inOrderOfSigning = (
  a: Pick<StoredKey, 'signsFrom' | 'createdAt' | 'kid'>,
  b: Pick<StoredKey, 'signsFrom' | 'createdAt' | 'kid'>,
): number => a.signsFrom - b.signsFrom || a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1);

/**
 * The ring of live keys: one signs, all verify, also those whose time to sign has not come. Keys of another kind than
 * the one that signs are left out: secrets and public keys share no ring. Null where none can sign.
 */
export function ringAt(
  keys: readonly StoredKey[],
  algorithm: Algorithm,
  now: number,
): KeyRing | null {
  const live = keys.filter((key) => isLive(key, now));
  const signer = signerAt(live, algorithm, now);
  if (signer === null) return null;
  const others = live.filter(
    (key) => key !== signer && isSymmetric(key.algorithm) === isSymmetric(algorithm),
  );
  return createKeyRing([signer, ...others].map(({ key }) => key));
}

/** When the ring of these keys is next another one, as far as is known now. */
export function nextChange(keys: readonly StoredKey[], now: number): number {
  const times = keys.flatMap(({ signsFrom, retiredAt }) => [signsFrom, retiredAt ?? Infinity]);
  return Math.min(Infinity, ...times.filter((time) => time > now));
}
