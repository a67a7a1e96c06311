import type { ClientClock } from './clock.js';
import type { AuthPayload } from './pair.js';
import type { AuthProblem, EndReason } from './problem.js';
import type { Refusal } from './refusal.js';
import type { AuthStorage } from './authStorage.js';
import type { Fetch } from './wire.js';

/** Who is logged in, unless `userFields` selects something else. */
export interface DefaultUser {
  readonly id: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
}

/** One login. Times are milliseconds since 1970 by the server's clock: compare them with `client.serverTime()`. */
export interface Session<User = DefaultUser> {
  readonly id: string;
  readonly user: User;
  readonly accessExpiresAt: number;
  /** Null where the server does not refresh. */
  readonly refreshExpiresAt: number | null;
}

/** What `onEvent` hears. */
export type AuthEvent =
  /** Somebody is logged in: by `login`, from the storage, or in another tab. */
  | { readonly type: 'in' }
  /** The session goes on with a new pair, made here or in another tab. */
  | { readonly type: 'renewed' }
  /** Nobody is logged in any more. */
  | { readonly type: 'out'; readonly reason: EndReason }
  /**
   * Something failed, and the session goes on: a refresh did not come through (an `AuthClientError`, whose `retryIn` says
   * when it is tried again), or the storage threw, which leaves the pair in memory.
   */
  | { readonly type: 'failed'; readonly error: unknown };

/** What `createAuthClient` takes. */
export interface AuthClientOptions {
  /** The GraphQL endpoint. In a browser it may be relative to the page. */
  readonly url: string;
  /**
   * Where the pair is kept: `localStorage`, `sessionStorage`, `memoryStorage()`, `cookieStorage(name)` or one's own.
   * Default: `localStorage` in a browser, memory elsewhere.
   */
  readonly storage?: AuthStorage;
  /** Sends requests. Default: the global one. */
  readonly fetch?: Fetch;
  /** Default: the platform's. */
  readonly clock?: ClientClock;
  /**
   * Seconds before the end of an access token at which it is renewed. Default 30. At least a tenth of its lifetime, and
   * at most a quarter.
   */
  readonly refreshBefore?: number;
  /** Origins, beside that of `url`, to which `fetch` may send the token. Default: none. */
  readonly origins?: readonly string[];
  /** What is selected of the user. Default: `id email roles scopes`. */
  readonly userFields?: string;
  /** Hears all that happens. Must not throw. */
  readonly onEvent?: (event: AuthEvent) => void;
}

/** The outcome of a login: a value, whatever the server says. */
export type AuthResult<User = DefaultUser> =
  | { readonly ok: true; readonly session: Session<User> }
  | { readonly ok: false; readonly problem: AuthProblem };

export interface AuthClient<User = DefaultUser> {
  /** The endpoint, absolute. */
  readonly url: string;
  /** Settles when the storage has been read; at once where that answers at once. */
  readonly ready: Promise<void>;
  /** Who is logged in; null: nobody; undefined: not known yet. The same object until something changes. */
  readonly session: Session<User> | null | undefined;
  /** Why the last session ended; null while there is one, and before the first. */
  readonly endReason: EndReason | null;
  /** The server's clock, as far as it can be told from here. Milliseconds since 1970. */
  readonly serverTime: () => number;
  readonly login: (input: { email: string; password: string }) => Promise<AuthResult<User>>;
  readonly signup: (input: { email: string; password: string }) => Promise<AuthResult<User>>;
  /** Every session of the user ends; this client goes on with the new one. */
  readonly changePassword: (input: {
    currentPassword: string;
    newPassword: string;
  }) => Promise<AuthResult<User>>;
  /** Goes on with a payload that a mutation of your own has answered. Select `client.payloadFields`. */
  readonly adopt: (payload: AuthPayload<User>) => Promise<AuthResult<User>>;
  /** What a mutation must select for `adopt`. */
  readonly payloadFields: string;
  /**
   * Forgets the session at once, in every tab, then tells the server. Answers how many sessions ended there; where it
   * cannot be reached, nobody is logged in here all the same.
   */
  readonly logout: (input?: {
    allSessions?: boolean;
  }) => Promise<
    | { readonly ok: true; readonly revokedSessions: number }
    | { readonly ok: false; readonly problem: AuthProblem }
  >;
  /**
   * An access token that is good for the next request; null: nobody is logged in, or the tokens are in cookies, which
   * are good then. Rejects with `AuthClientError` where an expired one cannot be renewed now.
   */
  readonly getAccessToken: () => Promise<string | null>;
  /**
   * A `fetch` that adds the token, for the origin of `url` and `origins` only, renews it when due, and sends once more
   * what was refused for the token's age. Rejects as `getAccessToken` and `fetch` do, and for what is no query also where
   * somebody else has logged in while it waited.
   */
  readonly fetch: Fetch;
  /**
   * For transports that this client does not see: the server has refused the token (in cookie mode null) for this
   * reason. Answers whether there is another one to try. Rejects as `getAccessToken` does.
   */
  readonly refused: (refusal: Refusal, token: string | null) => Promise<boolean>;
  /** Calls back whenever `session` has changed. Answers what ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Ends timers, listeners and the channel to other tabs; settles when no refresh is in the air. Logs nobody out.
   * Afterwards nothing is renewed.
   */
  readonly dispose: () => Promise<void>;
}
