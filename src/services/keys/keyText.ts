import { SettingsError } from '../../config.js';
import type { KeyRow } from '../../store/store.js';
import {
  importKeyPair,
  importSecret,
  isSymmetric,
  type Algorithm,
  type TokenKey,
} from '../../tokens/keys.js';
import { isSealed, seal, unseal } from '../../tokens/seal.js';

const placeOf = ({ kid, purpose, algorithm }: KeyRow): string => `${purpose} ${algorithm} ${kid}`;

/** A row as the store may keep it: where there is a master key, with its secret sealed. */
export const sealedRow = (row: KeyRow, masterKey: Uint8Array | undefined): KeyRow =>
  masterKey === undefined || isSealed(row.secret) || row.secret.length === 0
    ? row
    : { ...row, secret: seal(row.secret, masterKey, placeOf(row)) };

/** The secret of a row. Throws a `SettingsError` where it is sealed and the master key does not open it. */
function openSecret(row: KeyRow, masterKey: Uint8Array | undefined): Uint8Array {
  if (!isSealed(row.secret)) return row.secret;
  if (masterKey === undefined) {
    throw new SettingsError(
      'The keys in the database are encrypted, and masterKey (GATEHOUSE_MASTER_KEY) is not set. Set it to the key that they were encrypted with.',
    );
  }
  const secret = unseal(row.secret, masterKey, placeOf(row));
  if (secret !== null) return secret;
  throw new SettingsError(
    'masterKey (GATEHOUSE_MASTER_KEY) does not open the keys in the database. Set it to the key that they were encrypted with.',
  );
}

/** Throws a `SettingsError` where one of these rows is sealed and the master key does not open it. */
export function assertOpened(rows: readonly KeyRow[], masterKey: Uint8Array | undefined): void {
  for (const row of rows) openSecret(row, masterKey);
}

/** The key that a row holds. Throws what the import refuses, and a `SettingsError` for a wrong master key. */
export function keyOfRow(row: KeyRow, masterKey: Uint8Array | undefined): TokenKey {
  const { kid, publicKey } = row;
  const algorithm = row.algorithm as Algorithm;
  const secret = openSecret(row, masterKey);
  if (isSymmetric(algorithm)) return importSecret(secret, algorithm, kid);
  const privateKey = new TextDecoder().decode(secret);
  return importKeyPair({ privateKey, publicKey: publicKey ?? '' }, algorithm, kid);
}
