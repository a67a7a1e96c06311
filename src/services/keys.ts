import type { KeyRow, Store } from '../store/store.js';
import type { Clock } from '../time.js';
import {
  createKeyRing,
  deriveRefreshSecret,
  generateKid,
  generateSecret,
  importKeyPair,
  importSecret,
  type Algorithm,
  type KeyRing,
} from '../tokens/keys.js';

/** The keys of this server. Functions, so that a ring may be replaced while it serves. */
export interface Keys {
  /** Signs and verifies access tokens. */
  access(): KeyRing;
  /** Signs and verifies refresh tokens: always HS256, under secrets that leave the server in no form. */
  refresh(): KeyRing;
}

export interface KeySettings {
  readonly algorithm: Algorithm;
  /** The first signs, all verify. */
  readonly secretKey?: readonly Uint8Array[] | undefined;
  /** PEM; both or neither. */
  readonly publicKey?: string | undefined;
  readonly privateKey?: string | undefined;
}

/** Keys of the settings, and where they have none those of the store, which are made on the first start. */
export async function createKeys(settings: KeySettings, store: Store, clock: Clock): Promise<Keys> {
  const { algorithm, secretKey, publicKey, privateKey } = settings;
  const pair =
    privateKey !== undefined && publicKey !== undefined
      ? createKeyRing([importKeyPair({ privateKey, publicKey }, algorithm)])
      : null;
  if (secretKey !== undefined) {
    const secrets = secretKey.map(deriveRefreshSecret);
    return ringsOf(
      pair ?? createKeyRing(secretKey.map((secret) => importSecret(secret, algorithm))),
      createKeyRing(secrets.map((secret) => importSecret(secret, 'HS256'))),
    );
  }
  const rows = await storedKeys(pair === null ? algorithm : null, store, clock);
  return ringsOf(pair ?? ringOf(rows, 'access', algorithm), ringOf(rows, 'refresh', 'HS256'));
}

const ringsOf = (access: KeyRing, refresh: KeyRing): Keys => ({
  access: () => access,
  refresh: () => refresh,
});

/** The store's keys with one at least for each purpose; `access` null where the settings have the access key. */
async function storedKeys(access: Algorithm | null, store: Store, clock: Clock): Promise<KeyRow[]> {
  const wanted = [newKey('refresh', 'HS256', clock)];
  if (access !== null) wanted.push(newKey('access', access, clock));
  const rows = await store.ensureKeys(wanted);
  const isThere = rows.some((row) => row.purpose === 'access' && row.algorithm === access);
  if (access === null || isThere) return rows;
  // Another algorithm was set: its key signs from now on, and what the old one signed is still read.
  const key = newKey('access', access, clock);
  return store.addKey({ key, retireOthersAt: null }, { event: 'key_created', actorId: null });
}

function newKey(purpose: KeyRow['purpose'], algorithm: Algorithm, clock: Clock): KeyRow {
  const now = clock.now();
  return {
    kid: generateKid(),
    purpose,
    algorithm,
    secret: generateSecret(algorithm),
    publicKey: null,
    createdAt: now,
    signsFrom: now,
    retiredAt: null,
  };
}

/** Newest first among those of the algorithm, then the others, which only verify. */
function ringOf(
  rows: readonly KeyRow[],
  purpose: KeyRow['purpose'],
  algorithm: Algorithm,
): KeyRing {
  const rank = (row: KeyRow) => (row.algorithm === algorithm ? row.signsFrom : -1);
  return createKeyRing(
    rows
      .filter((row) => row.purpose === purpose && row.retiredAt === null)
      .sort((a, b) => rank(b) - rank(a))
      .map((row) => importSecret(row.secret, row.algorithm as Algorithm, row.kid)),
  );
}
