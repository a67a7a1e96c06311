import { hkdfSync } from 'node:crypto';
import type { Algorithm } from './algorithms.js';
import { base64url } from './base64url.js';

/** RFC 5869 with SHA-256; each label gives bytes that say nothing of those of another. */
const derive = (secret: Uint8Array, label: string, length: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), label, length));

/**
 * The 32 bytes that sign refresh tokens where access tokens are signed by `secretKey`. Whoever verifies access
 * tokens with the derived-from secret could derive it too: give that secret to no other party.
 */
export const deriveRefreshSecret = (secretKey: Uint8Array): Uint8Array =>
  derive(secretKey, 'gatehouse refresh token v1', 32);

/**
 * The `kid` of a secret: the same on every node. Guessing the secret by it costs two HMACs a guess or more,
 * which is no less than guessing it by a token.
 */
export const secretKid = (secret: Uint8Array, algorithm: Algorithm): string =>
  base64url(derive(secret, `gatehouse kid v1 ${algorithm}`, 12));
