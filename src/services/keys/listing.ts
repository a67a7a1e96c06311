import type { KeyRow } from '../../store/store.js';
import { isSymmetric, type Algorithm, type TokenKey } from '../../tokens/keys.js';
import { homesOf, type KeySettings, type Purpose } from './home.js';
import { keyOfRow } from './keyText.js';
import { isLive, signerAt } from './ring.js';
import { ringsOfSettings } from './settingsRings.js';

/** What a key does now. `unused`: the settings have others, or the algorithm that is set is of the other kind. */
export type KeyState = 'signs' | 'waits' | 'verifies' | 'unused' | 'retired';

/** One key as an administrator sees it; nothing of it is secret. Times are milliseconds; keys of the settings have none. */
export interface ListedKey {
  readonly kid: string;
  readonly purpose: Purpose;
  readonly algorithm: string;
  readonly home: 'settings' | 'store';
  readonly state: KeyState;
  readonly createdAt: number | null;
  readonly signsFrom: number | null;
  readonly retiredAt: number | null;
}

/** Every key of the settings and the store, those for access tokens first. Opens none of the store's. */
export function listKeys(settings: KeySettings, rows: readonly KeyRow[], now: number): ListedKey[] {
  return (['access', 'refresh'] as const).flatMap((purpose) => [
    ...listedOfSettings(settings, purpose),
    ...listedOfStore(settings, rows, purpose, now),
  ]);
}

function listedOfSettings(settings: KeySettings, purpose: Purpose): ListedKey[] {
  const ring = ringsOfSettings(settings)[purpose];
  return [...(ring?.byKid.values() ?? [])].map((key) => ({
    kid: key.kid,
    purpose,
    algorithm: key.algorithm,
    home: 'settings',
    state: key === ring?.signing ? 'signs' : 'verifies',
    createdAt: null,
    signsFrom: null,
    retiredAt: null,
  }));
}

function listedOfStore(
  settings: KeySettings,
  rows: readonly KeyRow[],
  purpose: Purpose,
  now: number,
): ListedKey[] {
  const mine = rows
    .filter((row) => row.purpose === purpose)
    .map((row) => ({ ...row, algorithm: row.algorithm as Algorithm }));
  const algorithm = purpose === 'access' ? settings.algorithm : 'HS256';
  const live = mine.filter((row) => isLive(row, now));
  const signer = signerAt(live, algorithm, now);

  function stateOf(row: (typeof mine)[number]): KeyState {
    if (!isLive(row, now)) return 'retired';
    if (homesOf(settings)[purpose] === 'settings') return 'unused';
    if (row === signer) return 'signs';
    if (isSymmetric(row.algorithm) !== isSymmetric(algorithm)) return 'unused';
    return row.algorithm === algorithm && row.signsFrom > now ? 'waits' : 'verifies';
  }

  return mine.map((row) => ({
    kid: row.kid,
    purpose,
    algorithm: row.algorithm,
    home: 'store',
    state: stateOf(row),
    createdAt: row.createdAt,
    signsFrom: row.signsFrom,
    retiredAt: row.retiredAt,
  }));
}

/**
 * The keys of a purpose that verify now, those of the settings or those of the store. Throws a `SettingsError` where
 * the store's are sealed under another master key.
 */
export function usableKeys(
  settings: KeySettings,
  rows: readonly KeyRow[],
  purpose: Purpose,
  now: number,
): TokenKey[] {
  if (homesOf(settings)[purpose] === 'settings') {
    return [...(ringsOfSettings(settings)[purpose]?.byKid.values() ?? [])];
  }
  return rows
    .filter((row) => row.purpose === purpose && isLive(row, now))
    .map((row) => keyOfRow(row, settings.masterKey));
}
