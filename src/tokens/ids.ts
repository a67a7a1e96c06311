import { hash, randomBytes as systemRandom } from 'node:crypto';
import { base64url } from './base64url.js';
import type { RandomBytes } from './tokenKey.js';

/** A new session id: 128 random bits, base64url. */
export const newSessionId = (randomBytes: RandomBytes = systemRandom): string =>
  base64url(randomBytes(16));

/** The `jti` of the refresh token of one generation: derived, so that the same token can be made again. */
export const refreshTokenId = (sessionId: string, generation: number): string =>
  hash('sha256', `${sessionId}.${generation}`, 'base64url').slice(0, 22);
