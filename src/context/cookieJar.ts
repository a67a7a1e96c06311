import { stringifySetCookie } from 'cookie';
import type { TokenPair } from '../common.js';
import { toSeconds } from '../time.js';

export interface CookieNames {
  /** The name of the cookie with the access token; the others are called after it. */
  readonly authCookie: string;
  /** Of the endpoint. */
  readonly path: string;
}

/** The texts of `Set-Cookie` headers. */
export interface CookieJar {
  readonly names: { readonly access: string; readonly refresh: string; readonly info: string };
  /** The cookies of a pair of tokens. `serverTime` in milliseconds. */
  filled(tokens: TokenPair, serverTime: number): string[];
  /** What deletes them all. */
  emptied(): string[];
}

/** Browsers keep no cookie whose name and value have more bytes together (RFC 6265 §6.1). */
const MAX_SIZE = 4096;

/** `Max-Age`s in seconds; 0 deletes a cookie (RFC 6265 §5.2.2). */
export function createCookieJar({ authCookie, path }: CookieNames): CookieJar {
  const names = {
    access: authCookie,
    refresh: `${authCookie}_refresh`,
    info: `${authCookie}_info`,
  };
  const common = { secure: true, sameSite: 'lax' } as const;
  // A browser deletes a cookie only where its name, path and domain are those that it was set with.
  const options = {
    access: { ...common, path: '/', httpOnly: true },
    refresh: { ...common, path, httpOnly: true },
    info: { ...common, path: '/' },
  } as const;

  function cookie(which: keyof typeof names, value: string, maxAge: number): string {
    if (names[which].length + value.length > MAX_SIZE) throw tooLarge(names[which], value);
    // As it stands, because that is how it is read: a token of an `encodeHandler` may have characters to escape.
    const asItStands = { encode: (text: string) => text };
    return stringifySetCookie({ name: names[which], value, maxAge, ...options[which] }, asItStands);
  }

  return {
    names,
    filled(tokens, serverTime) {
      const now = toSeconds(serverTime);
      const { accessToken, accessTokenExpiresAt, refreshToken, refreshTokenExpiresAt } = tokens;
      const maxAge = Math.max(0, (refreshTokenExpiresAt ?? accessTokenExpiresAt) - now);
      return [
        cookie('access', accessToken, maxAge),
        // Where refreshing is off, one from before is of no use.
        cookie('refresh', refreshToken ?? '', refreshToken === null ? 0 : maxAge),
        cookie('info', `${accessTokenExpiresAt}.${refreshTokenExpiresAt ?? 0}.${now}`, maxAge),
      ];
    },
    emptied: () => [cookie('access', '', 0), cookie('refresh', '', 0), cookie('info', '', 0)],
  };
}

const tooLarge = (name: string, value: string): Error =>
  new Error(
    `The cookie ${name} would have ${name.length + value.length} bytes, and browsers keep none above ${MAX_SIZE}. Give this user fewer roles, or roles and scopes shorter names: they travel in the access token.`,
  );
