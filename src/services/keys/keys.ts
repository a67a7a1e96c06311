import { SettingsError } from '../../config.js';
import type { Log } from '../../log.js';
import type { MaybePromise } from '../../outcome.js';
import type { KeyRow, Store } from '../../store/store.js';
import type { Clock } from '../../time.js';
import { isSymmetric, type Algorithm, type KeyRing, type TokenKey } from '../../tokens/keys.js';
import { homesOf, type KeyHomes, type KeySettings } from './home.js';
import { createKeyBook, type KeyBook } from './keyBook.js';
import { sealedRow } from './keyText.js';
import { givenRow, newSecret } from './newKey.js';
import { isLive } from './ring.js';
import { ringsOfSettings } from './settingsRings.js';
import { storedRing } from './storedRing.js';

/** The keys of this server, as they are now: they turn over while it serves. */
export interface Keys {
  /** Signs and verifies access tokens. The same object until the ring is another one. */
  access(): KeyRing;
  /** Verifies refresh tokens: always HS256, under secrets that leave the server in no form. */
  refresh(): KeyRing;
  /**
   * The key of the refresh token of a session that was rotated at this time (milliseconds): the same while it lives,
   * so that a repeated answer is the same token byte for byte.
   */
  refreshSigner(rotatedAt: number): TokenKey;
  /** Looks for keys that other nodes have added, at most once a second. */
  lookAgain(): MaybePromise<void>;
  /** Whether a key of this name has been ours and verifies no more: its tokens are renewed, not refused for good. */
  wasRemoved(kid: string): boolean;
  /** The access keys whose public half may be known to anybody, those that do not sign yet too; none of a secret. */
  published(): readonly TokenKey[];
  /** Where the keys of each purpose are kept. */
  readonly home: KeyHomes;
  /** Takes what a verb of the store has answered. */
  adopt(rows: readonly KeyRow[]): void;
  /** Ends the timer. */
  stop(): void;
}

export interface KeyParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Keys of the settings, and where they have none those of the store, whose secrets are made on the first start. Throws
 * a `SettingsError` where an algorithm has no key or the master key is not the right one.
 */
export async function createKeys(settings: KeySettings, parts: KeyParts): Promise<Keys> {
  const { algorithm, masterKey } = settings;
  const { clock } = parts;
  const given = ringsOfSettings(settings);
  const rows = await prepareRows(settings, given, parts);
  const book = createKeyBook(rows, { ...parts, masterKey });
  try {
    const ringOf = (purpose: 'access' | 'refresh', of: Algorithm) => {
      const ring = given[purpose];
      return ring === null ? storedRing({ book, purpose, algorithm: of, clock }) : fixed(ring);
    };
    const access = ringOf('access', algorithm);
    const refresh = ringOf('refresh', 'HS256');
    return Object.freeze({
      access: () => access.ring(),
      refresh: () => refresh.ring(),
      refreshSigner: (rotatedAt: number) => refresh.signerAt(rotatedAt),
      lookAgain: () => book.lookAgain(),
      wasRemoved: (kid: string) => book.has(kid) && !access.ring().byKid.has(kid),
      home: homesOf(settings),
      published: () =>
        given.access === null
          ? liveAccessKeys(book, clock.now())
          : [...access.ring().byKid.values()],
      adopt: (changed: readonly KeyRow[]) => book.adopt(changed),
      stop: () => book.stop(),
    });
  } catch (error) {
    book.stop();
    throw error;
  }
}

const liveAccessKeys = (book: KeyBook, now: number): TokenKey[] =>
  book
    .keys()
    .filter((key) => key.purpose === 'access' && isLive(key, now))
    .map(({ key }) => key);

type GivenRings = ReturnType<typeof ringsOfSettings>;

const fixed = (ring: KeyRing) => ({ ring: () => ring, signerAt: () => ring.signing });

/** The rows of the store, with all that these settings need, and sealed where there is a master key. */
async function prepareRows(
  { algorithm, masterKey }: KeySettings,
  given: GivenRings,
  { store, clock }: KeyParts,
): Promise<KeyRow[]> {
  const now = clock.now();
  const times = { createdAt: now, signsFrom: now };
  const secret = (purpose: 'access' | 'refresh', of: Algorithm): KeyRow =>
    sealedRow(newSecret(purpose, of, times), masterKey);
  const wanted = [...(given.access?.byKid.values() ?? [])].map((key) => givenRow(key, now));
  if (given.refresh === null) wanted.push(secret('refresh', 'HS256'));
  if (given.access === null && isSymmetric(algorithm)) wanted.push(secret('access', algorithm));
  let rows = await store.ensureKeys(wanted);
  if (given.access === null && !hasKey(rows, algorithm, now)) {
    if (!isSymmetric(algorithm)) throw noPair(algorithm);
    // Another algorithm was set: its key signs from now on, and what the old one signed is still read.
    const added = { key: secret('access', algorithm), retireOthersAt: null };
    rows = await store.addKey(added, { event: 'key_created', actorId: null });
  }
  const plain = rows.filter((row) => sealedRow(row, masterKey) !== row);
  if (plain.length === 0) return rows;
  return store.sealKeys(
    plain.map((row) => ({
      kid: row.kid,
      from: row.secret,
      to: sealedRow(row, masterKey).secret,
    })),
  );
}

const hasKey = (rows: readonly KeyRow[], algorithm: Algorithm, now: number): boolean =>
  rows.some((row) => row.purpose === 'access' && row.algorithm === algorithm && isLive(row, now));

const noPair = (algorithm: Algorithm): SettingsError =>
  new SettingsError(
    `jwt.algorithm (JWT_ALGORITHM) is ${algorithm}, which signs with a key pair, and there is none: neither in the settings nor in the database. ` +
      `Set jwt.publicKey and jwt.privateKey (JWT_PUBLIC_KEY, JWT_PRIVATE_KEY), or make a pair that the database keeps: gatehouse keys generate --algorithm ${algorithm}`,
  );
