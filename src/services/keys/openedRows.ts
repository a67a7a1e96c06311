import type { KeyRow, Store } from '../../store/store.js';
import type { Clock } from '../../time.js';
import { assertOpened, sealedRow } from './keyText.js';
import { isLive } from './ring.js';

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
}

type MasterKey = Uint8Array | undefined;

/**
 * All rows of the store. To be asked before any is written: a row that is sealed under a wrong master key would stop
 * every server that starts with the right one. Throws a `SettingsError` where the master key does not open those that
 * are live.
 */
export async function openedRows({ store, clock }: Parts, masterKey: MasterKey): Promise<KeyRow[]> {
  const rows = await store.keys();
  const now = clock.now();
  assertOpened(
    rows.filter((row) => isLive(row, now)),
    masterKey,
  );
  return rows;
}

/** Seals what stands in these rows as it is, if there is a master key. Answers whether there was anything. */
export async function sealPlain(
  store: Store,
  rows: readonly KeyRow[],
  masterKey: MasterKey,
): Promise<boolean> {
  const plain = rows.flatMap((row) => {
    const { kid, secret: from } = row;
    const { secret: to } = sealedRow(row, masterKey);
    return to === from ? [] : [{ kid, from, to }];
  });
  if (plain.length === 0) return false;
  await store.sealKeys(plain, rows);
  return true;
}
