import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import type { RequestCookies } from '../request.js';
import type { Log } from '../log.js';
import { SECOND, type Clock } from '../time.js';
import { MAX_TOKEN_LENGTH } from '../tokens/compact.js';
import type { Bearer } from './bearer.js';
import { createCookieJar, type CookieNames } from './cookieJar.js';
import { isForeign, type SentFrom, type Site } from './site.js';

/** What is read of a request where cookies hold the tokens. */
export interface CookieFacts {
  /** The values of all Cookie headers. */
  readonly values: readonly string[];
  readonly sentFrom: SentFrom;
  /** Adds one `Set-Cookie` header to the answer; null where that has no headers any more, as on a socket. */
  readonly add: ((cookie: string) => void) | null;
}

export interface CookieSettings extends CookieNames {
  readonly hideTokens: boolean;
  readonly allowRefresh: boolean;
  /** Pages of these origins may use the cookies beside those of the endpoint's own. */
  readonly corsOrigins: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The cookies of one request. */
export interface ReadCookies {
  readonly access: Bearer;
  /** Whether a refresh without a token of its own could succeed. */
  readonly refreshable: boolean;
  /** As resolvers have them. */
  of(isCredential: boolean): RequestCookies;
}

export interface CookieReader {
  read(facts: CookieFacts | undefined): ReadCookies;
  /** Whether a page of another origin uses our cookies. */
  isForeign(facts: CookieFacts | undefined): boolean;
}

/** An answer takes no longer than this, in milliseconds. */
const ON_THE_WAY = 30 * SECOND;

export const FOREIGN_ORIGIN =
  'A page of this origin may not use the cookies of this server. Its origin must be in corsOrigins.';

/** Said to the operator: whoever logs in just sees that it has no effect. */
const OWN_PAGE =
  'A browser says that its page is of the origin of this endpoint, but the request names another host or scheme: it gets no cookies, and those that it sends are refused. Let the proxy in front pass on the header Host, or set GATEHOUSE_TRUST_PROXY and let it send X-Forwarded-Host and X-Forwarded-Proto; or name the origin in GATEHOUSE_CORS_ORIGINS.';

/** Characters of a header that a log line shows. */
const MAX_LOGGED = 100;

/**
 * Reads the cookies that tokens live in, and makes what writes them. Refuses nothing. Logs one warning where a proxy
 * replaces the host, so that the endpoint's own pages are taken for those of others.
 */
export function createCookieReader(settings: CookieSettings): CookieReader {
  const { authCookie, hideTokens, allowRefresh, corsOrigins, clock, log } = settings;
  let warned = false;
  const jar = createCookieJar(settings);
  const ours = [jar.names.access, jar.names.refresh, jar.names.info];

  function isOfOthers({ sentFrom }: CookieFacts): boolean {
    if (!isForeign(sentFrom, corsOrigins)) return false;
    // No page can make its browser say so of another origin.
    if (sentFrom.fetchSite === 'same-origin' && !warned) {
      warned = true;
      const { origin, site } = sentFrom;
      const shown = { origin: origin?.slice(0, MAX_LOGGED), host: site.host?.slice(0, MAX_LOGGED) };
      log.warn({ ...shown, scheme: site.scheme }, OWN_PAGE);
    }
    return true;
  }

  return {
    read(facts) {
      const { values = [], add = null } = facts ?? {};
      const access = readCookie(values, jar.names.access);
      const refresh = readCookie(values, jar.names.refresh);
      const send = (cookies: readonly string[]): void => {
        // A form of another site brings no cookie, and some servers read forms: it logs nobody in or out.
        if (facts === undefined || isOfOthers(facts)) return;
        for (const cookie of cookies) add?.(cookie);
      };
      return {
        access,
        refreshable: allowRefresh && refresh.kind === 'token',
        of: (isCredential) => ({
          accessToken: tokenOf(access),
          refreshToken: tokenOf(refresh),
          isCredential,
          hideTokens,
          canBeSet: add !== null,
          set: (tokens, serverTime) => send(jar.filled(tokens, serverTime)),
          clear: () => send(jar.emptied()),
          clearEnded: (endedAt) => {
            if (clock.now() - endedAt > ON_THE_WAY) send(jar.emptied());
          },
        }),
      };
    },
    isForeign(facts) {
      if (facts === undefined || !isOfOthers(facts)) return false;
      // A look at the text is enough where the name does not stand in it.
      const mayHold = facts.values.some((value) => value.includes(authCookie));
      return mayHold && ours.some((name) => valuesOf(facts.values, name).length > 0);
    },
  };
}

/** Of a request of Node, which joins repeated Cookie headers. */
export const messageCookies = (
  { method = 'GET', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  site: Site,
  add: CookieFacts['add'],
): CookieFacts => ({
  values: headers.cookie === undefined ? [] : [headers.cookie],
  sentFrom: {
    // The handshake of a socket is a GET (RFC 6455 §4.1), but what is sent over it may change something.
    method: add === null ? 'POST' : method,
    origin: headers.origin,
    fetchSite: headers['sec-fetch-site']?.toString(),
    site,
  },
  add,
});

/** A cookie's value. One that came twice is believed neither time: another host of the domain may have set one. */
function readCookie(headers: readonly string[], name: string): Bearer {
  const [value = '', ...others] = valuesOf(headers, name);
  if (others.length > 0 || value.length > MAX_TOKEN_LENGTH) return { kind: 'malformed' };
  return value === '' ? { kind: 'none' } : { kind: 'token', token: value };
}

const tokenOf = (bearer: Bearer): string | null => (bearer.kind === 'token' ? bearer.token : null);

/** All values under a name. The library keeps one of several, so each pair is read alone, and taken as it stands. */
const valuesOf = (headers: readonly string[], name: string): string[] =>
  headers
    .flatMap((header) => (header.includes(name) ? header.split(';') : []))
    .map((pair) => parseCookie(pair, { decode: (value) => value })[name])
    .filter((value) => value !== undefined);
