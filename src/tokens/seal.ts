import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Begins every sealed text; no key that is not sealed begins with it but on purpose. */
const MARK = Buffer.from('gatehouse sealed 1\n');
const [IV_LENGTH, TAG_LENGTH] = [12, 16];
const CIPHER = 'aes-256-gcm';

export const isSealed = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(0, MARK.length).equals(MARK);

/**
 * Encrypts a secret under the master key (AES-256-GCM, NIST SP 800-38D). `place` says what it is the secret of: it
 * opens nowhere else, so that nobody who can write to the store gives one key the secret of another.
 */
export function seal(secret: Uint8Array, masterKey: Uint8Array, place: string): Uint8Array {
  const iv = randomBytes(IV_LENGTH);
  const cipher = createCipheriv(CIPHER, sealingKey(masterKey), iv).setAAD(Buffer.from(place));
  const text = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([MARK, iv, cipher.getAuthTag(), text]);
}

/** The secret; null where the master key or the place is another, or a byte was changed. */
export function unseal(
  sealed: Uint8Array,
  masterKey: Uint8Array,
  place: string,
): Uint8Array | null {
  const bytes = Buffer.from(sealed).subarray(MARK.length);
  const iv = bytes.subarray(0, IV_LENGTH);
  const tag = bytes.subarray(IV_LENGTH, IV_LENGTH + TAG_LENGTH);
  try {
    const decipher = createDecipheriv(CIPHER, sealingKey(masterKey), iv)
      .setAAD(Buffer.from(place))
      .setAuthTag(tag);
    return Buffer.concat([
      decipher.update(bytes.subarray(IV_LENGTH + TAG_LENGTH)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}

/** RFC 5869: what encrypts is not the master key itself, so that it can serve for other things one day. */
const sealingKey = (masterKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', masterKey, new Uint8Array(), 'gatehouse seal v1', 32));
