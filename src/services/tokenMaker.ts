import { randomUUID } from 'node:crypto';
import { andThen, type MaybePromise } from '../outcome.js';
import type { SessionRow, UserRow } from '../store/store.js';
import { toSeconds } from '../time.js';
import { refreshTokenId } from '../tokens/ids.js';
import { signToken, type AccessClaims } from '../tokens/jwt.js';
import type { TokenKey } from '../tokens/keys.js';
import { encodeWith } from './handlers/codec.js';
import { createExtraClaims } from './handlers/extraClaims.js';
import type { UserKeys } from './handlers/userKeys.js';
import type { Keys } from './keys.js';
import type { SessionSettings } from './settings.js';

/** What an access token says beside whose it is. Times are integer seconds. */
export type Granted = Pick<AccessClaims, 'iat' | 'exp' | 'scope' | 'roles' | 'ver'>;

/** Makes tokens of a session's row. Decides no lifetime. */
export interface TokenMaker {
  /** New each time. Rejects with a `HandlerError` where a handler throws or answers nonsense. */
  access(session: SessionRow, user: UserRow, granted: Granted): MaybePromise<string>;
  /** Every claim derives from the row, so that a repeated answer is the same token byte for byte. */
  refresh(session: SessionRow, user: UserRow, exp: number): MaybePromise<string>;
}

export interface TokenMakerParts {
  readonly keys: Keys;
  /** Null where users have no secrets of their own. */
  readonly userKeys: UserKeys | null;
  readonly settings: SessionSettings;
}

export function createTokenMaker({ keys, userKeys, settings }: TokenMakerParts): TokenMaker {
  const { issuer, audience, encodeHandler } = settings;
  const extraClaims = createExtraClaims(settings.payloadHandler);

  const ofAll = {
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  };

  // Assigned, not written behind a spread: until Node 22 V8 makes a hidden class for each single object of those.
  const commonClaims = (session: SessionRow) =>
    Object.assign(
      { ...ofAll },
      {
        sub: session.userId,
        sid: session.id,
        gen: session.generation,
        orig_iat: toSeconds(session.createdAt),
        auth_time: toSeconds(session.createdAt),
      },
    );

  const keyOf = (key: TokenKey, user: UserRow): MaybePromise<TokenKey> =>
    userKeys === null ? key : userKeys.of(key, user);

  const encode = (claims: AccessClaims, user: UserRow): MaybePromise<string> =>
    encodeHandler === undefined
      ? andThen(keyOf(keys.access().signing, user), (key) => signToken(claims, 'at+jwt', key))
      : encodeWith(encodeHandler, claims);

  return {
    access: (session, user, granted) =>
      andThen(extraClaims(user, session), (extra) =>
        encode({ ...extra, ...commonClaims(session), jti: randomUUID(), ...granted }, user),
      ),
    refresh: (session, user, exp) =>
      andThen(keyOf(keys.refreshSigner(session.rotatedAt), user), (key) =>
        signToken(
          Object.assign(commonClaims(session), {
            iat: toSeconds(session.rotatedAt),
            exp,
            jti: refreshTokenId(session.id, session.generation),
          }),
          'rt+jwt',
          key,
        ),
      ),
  };
}
