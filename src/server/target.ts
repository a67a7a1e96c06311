import { headerValues } from '../context/rawHeaders.js';

/** RFC 9112 §3.2.2: a server accepts the absolute form too. What it names as host decides nothing here. */
export function targetOf(url: string): string {
  if (url.startsWith('/')) return url;
  const rest = url.replace(/^https?:\/\/[^/?#]*/i, '');
  return rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
}

/** RFC 9112 §3.2: a request with more than one is answered 400. */
export const hostsIn = (rawHeaders: readonly string[]): number =>
  headerValues(rawHeaders, 'host').length;
