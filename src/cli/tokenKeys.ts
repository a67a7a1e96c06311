import { usableKeys, type KeySettings, type Purpose } from '../services/keys.js';
import type { KeyRow } from '../store/store.js';
import { checkSignature } from '../tokens/jwt.js';
import { createKeyRing } from '../tokens/keys.js';
import type { Inspection } from './inspection.js';

/** What the keys at hand say of a token's signature. */
export type SignatureVerdict =
  | { signature: 'right' }
  /** Of another key, or changed on the way. */
  | { signature: 'wrong'; why: string }
  | { signature: 'unchecked' };

/** Where keys come from: the settings, and where they have none the rows of the store. `now` in milliseconds. */
export interface KeysAtHand {
  readonly settings: KeySettings;
  readonly rows: readonly KeyRow[];
  readonly now: number;
}

/** Which keys have signed it, if it is what it says. */
export const purposeOf = ({ tokenType }: Inspection): Purpose =>
  tokenType === 'REFRESH' ? 'refresh' : 'access';

/** Compares a signature with the keys at hand. Throws a `SettingsError` where they are sealed under another master key. */
export function judgeSignature(
  token: string,
  inspection: Inspection,
  { settings, rows, now }: KeysAtHand,
): SignatureVerdict {
  const { header, claims } = inspection;
  if (header === null || claims === null) return { signature: 'unchecked' };
  const keys = usableKeys(settings, rows, purposeOf(inspection), now);
  if (keys.length === 0) return { signature: 'unchecked' };
  const key = keys.find(({ kid }) => kid === header['kid']);
  if (key === undefined) return { signature: 'wrong', why: 'no key at hand has its kid' };
  const checked = checkSignature(token, createKeyRing([key]), null);
  switch (checked.kind) {
    case 'signed':
      return { signature: 'right' };
    case 'unknown-key':
    case 'malformed':
      return { signature: 'unchecked' };
    case 'invalid':
      return { signature: 'wrong', why: checked.why };
  }
}
