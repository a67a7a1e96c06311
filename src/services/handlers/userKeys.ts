import type { GetUserSecretKey } from '../../handlers.js';
import { andThen, type MaybePromise } from '../../outcome.js';
import type { Store, UserRow } from '../../store/store.js';
import type { TokenKey } from '../../tokens/keys.js';
import { userKey } from '../../tokens/userKey.js';
import { askHandler, HandlerError, kindOf } from './ask.js';
import { seenUser } from './seen.js';

/** Keys of the rings as they sign and verify for one user. */
export interface UserKeys {
  /** Throws a `HandlerError` where the user's secret is none. */
  of(key: TokenKey, user: UserRow): MaybePromise<TokenKey>;
  /** Null where there is no such user, or no such key: a token under it is not ours. */
  ofId(key: TokenKey, userId: string): MaybePromise<TokenKey | null>;
}

/** Null where users have no secrets: the keys of the rings sign and verify as they are. */
export function createUserKeys(
  getUserSecretKey: GetUserSecretKey | undefined,
  store: Pick<Store, 'usersByIds'>,
): UserKeys | null {
  if (getUserSecretKey === undefined) return null;

  const keyOf = (key: TokenKey, user: UserRow): MaybePromise<TokenKey | null> =>
    askHandler(
      'getUserSecretKey',
      () => getUserSecretKey(seenUser(user)),
      (secret) => userKey(key, bytesOf(secret)),
    );

  return {
    of: (key, user) =>
      andThen(keyOf(key, user), (own) => {
        if (own !== null) return own;
        throw new HandlerError(
          'getUserSecretKey',
          `needs a secret to mix the user's into, and the key that signs is of a pair (${key.algorithm}). Set jwt.algorithm to HS256, or unset it.`,
        );
      }),
    ofId: (key, userId) =>
      andThen(store.usersByIds([userId]), ([user]) => (user ? keyOf(key, user) : null)),
  };
}

/** Any text or bytes will do: the HMAC makes a key of the right length of them. Nothing at all would be no secret. */
function bytesOf(secret: unknown): Uint8Array {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (bytes instanceof Uint8Array && bytes.length > 0) return bytes;
  const came = secret instanceof Uint8Array ? 'no bytes' : kindOf(secret);
  throw new HandlerError(
    'getUserSecretKey',
    `must answer the user's secret, a text or bytes that are not empty; it answered ${came}. Give every user a secret of their own, such as randomBytes(32).`,
  );
}
