import proxyaddr from 'proxy-addr';
import { list, splitList, text, Wrong, type Kind } from './kinds.js';

/** Web origins as a browser sends them (RFC 6454 §6.2): scheme, host, port; no path, no slash at the end. */
export const origins = list(
  'origins such as https://app.example.com, comma-separated, without a path, a slash at the end or an asterisk',
  'https://app.example.com',
  (item) =>
    // In a host an asterisk is a character to URL, and no page has such an origin.
    URL.canParse(item) && /^https?:[^*]+$/.test(item) && new URL(item).origin === item,
);

/** Ranges that `proxy-addr` knows by name. */
const namedRanges = ['loopback', 'linklocal', 'uniquelocal'];

/** Which peers may say for whom they speak: nobody, so many hops, or the peers in these ranges. */
export type TrustProxy = false | number | readonly string[];

/** `false`, a number of hops, or addresses, CIDR ranges and named ranges. Everybody is not on offer. */
export const trustedProxies: Kind<TrustProxy, TrustProxy> = {
  placeholder: 'false|N|A,B',
  expected: `false, the number of proxies in front, or their addresses (IPs, CIDR ranges, ${namedRanges.join(', ')}), comma-separated`,
  example: 'loopback',
  codeExample: "['loopback']",
  fromText(value) {
    if (value === 'false') return false;
    if (/^\d+$/.test(value)) return checkProxies(Number(value));
    return checkProxies(splitList(value));
  },
  fromCode: checkProxies,
  format: (value) => (Array.isArray(value) ? value.join(',') : String(value)),
};

function checkProxies(value: unknown): TrustProxy | Wrong {
  if (value === false) return false;
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || value < 0 || value > 10) return new Wrong();
    return value === 0 ? false : value;
  }
  const ranges: unknown[] = Array.isArray(value) ? value : [];
  const everybody = ranges.filter(isText).find((item) => /\/0+$/.test(item));
  if (everybody !== undefined) return new Wrong(trustsEverybody(everybody));
  return ranges.length > 0 && ranges.every(isRange)
    ? Object.freeze([...(ranges as string[])])
    : new Wrong();
}

const isText = (item: unknown): item is string => typeof item === 'string';

const trustsEverybody = (range: string): string =>
  `must not trust everybody, as ${range} does: any client could then say any address of itself. Name the proxies`;

/** Asked of `proxy-addr` itself, which obeys it later: another reading of what an address is would stop a running start. */
function isRange(item: unknown): boolean {
  if (!isText(item)) return false;
  try {
    proxyaddr.compile([item]);
    return true;
  } catch {
    return false;
  }
}

/** The path of the endpoint: where requests go and where the refresh cookie may go. */
export const endpointPath = text(
  'a path such as /graphql that begins with /, has no part . or .. and is none of /, /healthz, /readyz and /.well-known',
  '/graphql',
  (value) =>
    /^(\/[A-Za-z0-9._~-]+)+$/.test(value) &&
    // Clients take such parts out of a URL before they send it (RFC 3986 §5.2.4).
    !/(^|\/)\.\.?(\/|$)/.test(value) &&
    !value.startsWith('/.well-known') &&
    !['/healthz', '/readyz'].includes(value),
);

/** A cookie's name (RFC 6265 §4.1.1), for an access token and, with an ending, for two more. */
export const cookieName: Kind<string, string> = {
  ...text("a cookie's name: 1 to 64 letters, digits or !#$%&'*+-.^_`|~", 'gatehouse'),
  fromText: checkCookieName,
  fromCode: checkCookieName,
};

function checkCookieName(value: unknown): string | Wrong {
  if (typeof value !== 'string' || !/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(value)) return new Wrong();
  // Browsers compare the prefix without case.
  if (!/^__host-/i.test(value)) return value;
  return new Wrong(
    'begins with __Host-, which browsers accept for the path / alone, and the cookie of the refresh token has the path of the endpoint; __Secure- is possible',
  );
}

/** The word before the token in the Authorization header. RFC 9110 §11.1: a scheme is a token. */
export const authScheme = (example: string): Kind<string, string> =>
  text('one word of letters, digits or -._~+', example, (value) => /^[\w.~+-]+$/.test(value));
