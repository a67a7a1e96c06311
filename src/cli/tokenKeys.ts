import type { Config } from '../config.js';
import type { KeyRow } from '../store/store.js';
import { checkSignature } from '../tokens/jwt.js';
import {
  createKeyRing,
  deriveRefreshSecret,
  importKeyPair,
  importSecret,
  isAlgorithm,
  type KeyRing,
  type TokenKey,
} from '../tokens/keys.js';
import type { Inspection } from './inspection.js';

/** What the keys at hand say of a token's signature. */
export type SignatureVerdict =
  | { signature: 'right' }
  /** Of another key, or changed on the way. */
  | { signature: 'wrong'; why: string }
  | { signature: 'unchecked' };

/** Compares a signature with the keys of the settings, and where they have none with those of the store. */
export function judgeSignature(
  token: string,
  { tokenType, header, claims }: Inspection,
  settings: Config['jwt'],
  stored: readonly KeyRow[],
): SignatureVerdict {
  if (header === null || claims === null) return { signature: 'unchecked' };
  const isRefresh = tokenType === 'REFRESH';
  const ring = isRefresh ? refreshRing(settings, stored) : accessRing(settings, stored);
  if (ring === null) return { signature: 'unchecked' };
  const checked = checkSignature(token, ring, null);
  switch (checked.kind) {
    case 'signed':
      return { signature: 'right' };
    case 'unknown-key':
      return { signature: 'wrong', why: 'no key at hand has its kid' };
    case 'malformed':
      return { signature: 'unchecked' };
    case 'invalid':
      return { signature: 'wrong', why: checked.why };
  }
}

function accessRing(settings: Config['jwt'], stored: readonly KeyRow[]): KeyRing | null {
  const { algorithm, secretKey = [], publicKey, privateKey } = settings;
  if (publicKey !== undefined && privateKey !== undefined) {
    return createKeyRing([importKeyPair({ publicKey, privateKey }, algorithm)]);
  }
  const given = secretKey.map((secret) => importSecret(secret, algorithm));
  return ringOf(given.length > 0 ? given : storedKeys(stored, 'access'));
}

/** Refresh tokens are signed by secrets that derive from those of the settings. */
function refreshRing({ secretKey = [] }: Config['jwt'], stored: readonly KeyRow[]): KeyRing | null {
  const given = secretKey.map((secret) => importSecret(deriveRefreshSecret(secret), 'HS256'));
  return ringOf(given.length > 0 ? given : storedKeys(stored, 'refresh'));
}

const ringOf = (keys: TokenKey[]): KeyRing | null => (keys.length > 0 ? createKeyRing(keys) : null);

function storedKeys(rows: readonly KeyRow[], purpose: KeyRow['purpose']): TokenKey[] {
  return rows.flatMap((row) =>
    row.purpose === purpose && row.retiredAt === null && isAlgorithm(row.algorithm)
      ? [importSecret(row.secret, row.algorithm, row.kid)]
      : [],
  );
}
