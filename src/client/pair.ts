/** The answer of `login`, `signup`, `refreshToken` and `changePassword`, as far as the client selects it. */
export interface AuthPayload<User> {
  /** Not selected in cookie mode. */
  readonly accessToken?: string | null;
  readonly accessTokenExpiresIn: number;
  readonly refreshToken?: string | null;
  readonly refreshTokenExpiresIn: number | null;
  readonly serverTime: string;
  readonly session: { readonly id: string };
  readonly user: User;
}

/** What is kept of it. Times are milliseconds since 1970 by the server's clock, `local` by this one's. */
export interface Pair<User> {
  readonly sid: string;
  /** When it was logged in to, by the server's clock, or after that: of two sessions the later one lives. */
  readonly since: number;
  /** How often the session's refresh token had been rotated: of two pairs of one session the higher one lives. */
  readonly gen: number;
  readonly user: User;
  /** Both null in cookie mode. */
  readonly access: string | null;
  readonly refresh: string | null;
  /** When the server made it. */
  readonly server: number;
  readonly end: number;
  /** Null where the server does not refresh. */
  readonly refreshEnd: number | null;
  /** When that was here, at the earliest. */
  readonly local: number;
}

/**
 * @param local when the request left: the pair cannot be older than that
 * @param old of which it was made by refreshing
 */
export function pairOf<User>(
  payload: AuthPayload<User>,
  local: number,
  old?: Pair<User>,
): Pair<User> {
  const { accessToken = null, refreshToken = null, refreshTokenExpiresIn: left } = payload;
  const server = Date.parse(payload.serverTime);
  // The seconds are counted from the whole second in which the server answered.
  const second = server - (server % 1000);
  const end = second + payload.accessTokenExpiresIn * 1000;
  // Timers would spin.
  if (isNaN(end)) throw new TypeError('no payload');
  return {
    sid: payload.session.id,
    since: old?.since ?? server,
    gen: generationOf(refreshToken) ?? (old?.gen ?? -1) + 1,
    user: payload.user,
    access: accessToken,
    refresh: refreshToken,
    server,
    end,
    refreshEnd: left && second + left * 1000,
    local,
  };
}

/** The claim `gen`, where the token can be read. */
function generationOf(token: string | null): number | undefined {
  try {
    const claims = token!.split('.')[1]!.replace(/_/g, '/').replace(/-/g, '+');
    return (JSON.parse(atob(claims)) as { gen: number }).gen;
  } catch {
    return undefined;
  }
}

/**
 * Whether what was asked as `asker` would now be asked as somebody else. In cookie mode it may not have been known who
 * that was: then it is whoever has the cookies.
 */
export const isOther = (asker: Pair<unknown> | null | undefined, now: Pair<unknown>): boolean =>
  !!asker?.sid && asker.sid !== now.sid;

/** Whether `a` is of a later login than `b`, or a later pair of the same session. */
export const isNewer = (a: Pair<unknown>, b: Pair<unknown>): boolean =>
  (a.since - b.since || a.gen - b.gen || a.server - b.server) > 0;
