import type { KeyRow } from '../../store/store.js';
import {
  generateKid,
  generatePemPair,
  generateSecret,
  importKeyPair,
  isSymmetric,
  looksLikeFlag,
  type Algorithm,
  type TokenKey,
} from '../../tokens/keys.js';

/** When a key was made and from when on it signs. Milliseconds. */
export interface KeyTimes {
  readonly createdAt: number;
  readonly signsFrom: number;
}

type Purpose = Exclude<KeyRow['purpose'], 'given'>;

/** A new secret, or a new key pair whose `kid` is its thumbprint (RFC 7638). Not sealed. */
export async function newKey(
  purpose: Purpose,
  algorithm: Algorithm,
  times: KeyTimes,
): Promise<KeyRow> {
  if (isSymmetric(algorithm)) return newSecret(purpose, algorithm, times);
  const key = importKeyPair(await generatePemPair(algorithm), algorithm);
  // Every 64th thumbprint: `keys retire KID` should work as it is pasted.
  if (looksLikeFlag(key.kid)) return newKey(purpose, algorithm, times);
  return rowOf(key, purpose, times);
}

export const newSecret = (purpose: Purpose, algorithm: Algorithm, times: KeyTimes): KeyRow => ({
  kid: generateKid(),
  purpose,
  algorithm,
  secret: generateSecret(algorithm),
  publicKey: null,
  ...times,
  retiredAt: null,
});

/** The row of a key that signs. */
export function rowOf(
  { kid, algorithm, signWith, verifyWith }: TokenKey,
  purpose: Purpose,
  times: KeyTimes,
): KeyRow {
  if (signWith === null) throw new TypeError('Expected a key that signs, but it only verifies.');
  const common = { kid, purpose, algorithm, ...times, retiredAt: null };
  if (isSymmetric(algorithm)) return { ...common, secret: signWith.export(), publicKey: null };
  return {
    ...common,
    secret: Buffer.from(signWith.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: verifyWith.export({ type: 'spki', format: 'pem' }) as string,
  };
}

/** What is kept of a key of the settings: its name, so that its tokens are known for ours when it is gone. */
export const givenRow = ({ kid, algorithm }: TokenKey, now: number): KeyRow => ({
  kid,
  purpose: 'given',
  algorithm,
  secret: new Uint8Array(),
  publicKey: null,
  createdAt: now,
  signsFrom: now,
  retiredAt: null,
});
