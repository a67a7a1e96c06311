import type { Log } from '../../log.js';
import type { MaybePromise } from '../../outcome.js';
import type { KeyRow, Store } from '../../store/store.js';
import type { Clock } from '../../time.js';
import type { Algorithm, KeyRing, TokenKey } from '../../tokens/keys.js';
import { type KeySettings } from './home.js';
import { createKeyBook, type KeyBook } from './keyBook.js';
import { prepareRows } from './prepareRows.js';
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
 * a `SettingsError` where an algorithm has no key or the master key is not the right one; nothing is written then.
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

const fixed = (ring: KeyRing) => ({ ring: () => ring, signerAt: () => ring.signing });
