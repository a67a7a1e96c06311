import { refuse, type Refusal } from '../../outcome.js';
import { isSymmetric, type Algorithm } from '../../tokens/keys.js';

/** What a key signs: access tokens or refresh tokens. */
export type Purpose = 'access' | 'refresh';

/** Where the keys of each purpose are kept. */
export type KeyHomes = Readonly<Record<Purpose, 'settings' | 'store'>>;

export interface KeySettings {
  readonly algorithm: Algorithm;
  /** The first signs, all verify. */
  readonly secretKey?: readonly Uint8Array[] | undefined;
  /** PEM; both or neither. */
  readonly publicKey?: string | undefined;
  readonly privateKey?: string | undefined;
  /** Seals the secrets that the store keeps; 32 bytes. */
  readonly masterKey?: Uint8Array | undefined;
}

export function homesOf({ algorithm, secretKey, privateKey }: KeySettings): KeyHomes {
  const isGiven = privateKey !== undefined || (secretKey !== undefined && isSymmetric(algorithm));
  return {
    access: isGiven ? 'settings' : 'store',
    // Refresh secrets derive from the secrets of the settings, also beside a key pair.
    refresh: secretKey === undefined ? 'store' : 'settings',
  };
}

/** Why keys of the settings are changed there, and how. */
export function inSettings({ privateKey }: KeySettings, purpose: Purpose): Refusal {
  const isPair = purpose === 'access' && privateKey !== undefined;
  return refuse(
    'BAD_USER_INPUT',
    {},
    isPair
      ? 'The key pair comes from the settings jwt.publicKey and jwt.privateKey (JWT_PUBLIC_KEY, JWT_PRIVATE_KEY). Put the new pair there and restart; clients renew the tokens of the old one silently.'
      : 'The keys come from the setting jwt.secretKey (JWT_SECRET_KEY). Put the new secret first in it, the old one behind it, and restart; take the old one out when its last refresh token has ended.',
  );
}
