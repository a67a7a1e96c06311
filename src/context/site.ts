/** For which scheme and host a request was meant, as far as that is known. */
export interface Site {
  /** Null where a proxy in front may have spoken TLS with the browser. */
  readonly scheme: 'http' | 'https' | null;
  readonly host: string | null;
}

/** What a browser says by itself about the page that sent a request; a program says nothing of it. */
export interface SentFrom {
  readonly method: string;
  /** RFC 6454 §7. */
  readonly origin: string | undefined;
  /** The header Sec-Fetch-Site. */
  readonly fetchSite: string | undefined;
  readonly site: Site;
}

/** Whether a page sent the request that is neither of the endpoint's own origin nor of a listed one. */
export function isForeign(
  { method, origin, fetchSite, site }: SentFrom,
  listed: readonly string[],
): boolean {
  if (origin !== undefined) return !listed.includes(origin) && !isOwn(origin, site);
  // Browsers name the origin of all that may change something; where something takes it out this still stands.
  if (method === 'GET' || method === 'HEAD') return false;
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
}

function isOwn(origin: string, { scheme, host }: Site): boolean {
  if (host === null) return false;
  if (origin === `${scheme ?? 'https'}://${host}`) return true;
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: ofPage } = new URL(origin);
  if (scheme !== null && protocol !== `${scheme}:`) return false;
  // The port of the scheme may be written or not (RFC 9110 §4.2.3).
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === ofPage;
}
