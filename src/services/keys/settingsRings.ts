import {
  createKeyRing,
  deriveRefreshSecret,
  importKeyPair,
  importSecret,
  isSymmetric,
  type KeyRing,
} from '../../tokens/keys.js';
import type { KeySettings } from './home.js';

/** The rings that the settings fill; null for what is kept in the store. */
export function ringsOfSettings(settings: KeySettings): {
  readonly access: KeyRing | null;
  readonly refresh: KeyRing | null;
} {
  const { secretKey } = settings;
  const secrets = secretKey?.map((secret) => importSecret(deriveRefreshSecret(secret), 'HS256'));
  return {
    access: accessRing(settings),
    refresh: secrets === undefined ? null : createKeyRing(secrets),
  };
}

function accessRing({ algorithm, secretKey, publicKey, privateKey }: KeySettings): KeyRing | null {
  if (privateKey !== undefined && publicKey !== undefined) {
    return createKeyRing([importKeyPair({ privateKey, publicKey }, algorithm)]);
  }
  // Beside an algorithm for pairs the secret signs refresh tokens only.
  if (secretKey === undefined || !isSymmetric(algorithm)) return null;
  return createKeyRing(secretKey.map((secret) => importSecret(secret, algorithm)));
}
