/** What the handlers among the settings are given and answer. Each may answer at once or with a promise. */
import type { TokenPair } from './common.js';
import type { MaybePromise } from './outcome.js';

/** A user, without anything secret. Times are milliseconds since 1970. */
export interface HandlerUser {
  readonly id: string;
  /** Null where the users are in a table of your own that has none. */
  readonly email: string | null;
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
  readonly disabledAt: number | null;
  /** As your functions have answered them, where the users are in a table of your own. */
  readonly own?: unknown;
}

/** One login on one device. Times are milliseconds since 1970. */
export interface HandlerSession {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
  /** How many times its refresh token has been rotated. */
  readonly generation: number;
  readonly expiresAt: number;
  /** Of the login. */
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** The tokens as texts, and when they end, in integer seconds since 1970. */
export type HandlerTokens = Readonly<TokenPair>;

/** Who sent the request that a pair of tokens answers. */
export interface HandlerRequest {
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** All claims of an access token; times are integer seconds. */
export type TokenPayload = Readonly<Record<string, unknown>>;

/** Makes the access token of its claims, in place of our signing: 1 to 8000 visible ASCII characters, none of `" , ; \`. */
export type EncodeHandler = (payload: TokenPayload) => MaybePromise<string>;

/** Reads an access token, in place of our verifying. Its claims, which we judge; null for a token that is not valid. */
export type DecodeHandler = (token: string) => MaybePromise<TokenPayload | null>;

/** Claims to add to an access token; `{}` for none. Those that we set are refused. */
export type PayloadHandler = (
  user: HandlerUser,
  session: HandlerSession,
) => MaybePromise<TokenPayload>;

/** Whose an access token is; nothing where the claims name nobody. */
export type PayloadGetUserIdHandler = (
  payload: TokenPayload,
) => MaybePromise<string | number | null | undefined>;

/** Values for fields that your schema adds to `AuthPayload`; `{}` for none. It cannot change ours. */
export type ResponsePayloadHandler = (
  tokens: HandlerTokens,
  user: HandlerUser,
  request: HandlerRequest,
) => MaybePromise<Readonly<Record<string, unknown>>>;

/** The user's own secret, a text or bytes, not empty. Another one logs the user out at once. */
export type GetUserSecretKey = (user: HandlerUser) => MaybePromise<string | Uint8Array>;

/** The handlers that are set. */
export interface Handlers {
  readonly encodeHandler?: EncodeHandler | undefined;
  readonly decodeHandler?: DecodeHandler | undefined;
  readonly payloadHandler?: PayloadHandler | undefined;
  readonly payloadGetUserIdHandler?: PayloadGetUserIdHandler | undefined;
  readonly responsePayloadHandler?: ResponsePayloadHandler | undefined;
  readonly getUserSecretKey?: GetUserSecretKey | undefined;
}
