import { SettingsError } from '../../config.js';
import { absentKeys } from '../../store/keyRows.js';
import type { KeyRow, Store } from '../../store/store.js';
import type { Clock } from '../../time.js';
import { isSymmetric, type Algorithm } from '../../tokens/keys.js';
import type { KeySettings } from './home.js';
import { sealedRow } from './keyText.js';
import { givenRow, newSecret } from './newKey.js';
import { openedRows, sealPlain } from './openedRows.js';
import { isLive } from './ring.js';
import type { ringsOfSettings } from './settingsRings.js';

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
}

/**
 * The rows of the store, with all that these settings need, and sealed where there is a master key. Throws a
 * `SettingsError` where an algorithm has no key or the master key is not the right one, and has written nothing then.
 */
export async function prepareRows(
  { algorithm, masterKey }: KeySettings,
  given: ReturnType<typeof ringsOfSettings>,
  { store, clock }: Parts,
): Promise<KeyRow[]> {
  const now = clock.now();
  const isKept = given.access === null;
  const secret = (purpose: 'access' | 'refresh', of: Algorithm): KeyRow =>
    sealedRow(newSecret(purpose, of, { createdAt: now, signsFrom: now }), masterKey);
  const wanted = [...(given.access?.byKid.values() ?? [])].map((key) => givenRow(key, now));
  if (given.refresh === null) wanted.push(secret('refresh', 'HS256'));
  if (isKept && isSymmetric(algorithm)) wanted.push(secret('access', algorithm));
  // One step, then all is read and opened anew: others may start meanwhile, under another master key too.
  for (;;) {
    const rows = await openedRows({ store, clock }, masterKey);
    const hasKey = !isKept || hasKeyOf(rows, algorithm, now);
    if (!hasKey && !isSymmetric(algorithm)) throw noPair(algorithm);
    if (await sealPlain(store, rows, masterKey)) continue;
    if (absentKeys(rows, wanted).length > 0) {
      await store.ensureKeys(wanted, rows);
    } else if (!hasKey) {
      // Another algorithm was set: its key signs from now on, and what the old one signed is still read.
      const added = { key: secret('access', algorithm), retireOthersAt: null, seen: rows };
      await store.addKey(added, { event: 'key_created', actorId: null });
    } else {
      return rows;
    }
  }
}

const hasKeyOf = (rows: readonly KeyRow[], algorithm: Algorithm, now: number): boolean =>
  rows.some((row) => row.purpose === 'access' && row.algorithm === algorithm && isLive(row, now));

const noPair = (algorithm: Algorithm): SettingsError =>
  new SettingsError(
    `jwt.algorithm (JWT_ALGORITHM) is ${algorithm}, which signs with a key pair, and there is none: neither in the settings nor in the database. ` +
      `Set jwt.publicKey and jwt.privateKey (JWT_PUBLIC_KEY, JWT_PRIVATE_KEY), or make a pair that the database keeps: gatehouse keys generate --algorithm ${algorithm}`,
  );
