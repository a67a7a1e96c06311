import { headerValues } from '../context/rawHeaders.js';
import { HttpRefusal } from './respond.js';

export const GRAPHQL_RESPONSE_TYPE = 'application/graphql-response+json';

/** What the Content-Type of a POST allows. */
export type PostedType = 'json' | 'simple';

/** Types that a page of any origin may send without asking first (Fetch standard, CORS-safelisted). */
const simpleTypes = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/**
 * Whether a POST carries JSON; `simple` is a type (or none) that browsers send across origins unasked, which the
 * CSRF prevention must refuse. Throws an `HttpRefusal` (415, or 400 for several headers) for all else.
 */
export function postedType(rawHeaders: readonly string[]): PostedType {
  const values = headerValues(rawHeaders, 'content-type');
  // RFC 9110 §8.3: one value; two readers of two would believe two different things.
  if (values.length > 1) throw new HttpRefusal(400, 'There are several Content-Type headers.');
  const value = values[0] ?? '';
  if (value === 'application/json') return 'json';
  if (value.trim() === '') return 'simple';
  const [type = '', ...parameters] = value.split(';').map((part) => part.trim().toLowerCase());
  if (simpleTypes.includes(type)) return 'simple';
  if (type !== 'application/json') {
    throw new HttpRefusal(415, 'The Content-Type of a POST is application/json.', {
      accept: 'application/json',
    });
  }
  const charsets = parameters.filter((part) => part.startsWith('charset='));
  if (!charsets.every((part) => /^charset="?utf-?8"?$/.test(part)) || charsets.length > 1) {
    throw new HttpRefusal(415, 'The charset of a POST is utf-8.', { accept: 'application/json' });
  }
  return 'json';
}

/** The media ranges that an Accept header allows, without parameters (RFC 9110 §12.5.1). */
function acceptedRanges(accept: string): string[] {
  return accept
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?\s*(;|$)/.test(part))
    .map((part) => (part.split(';')[0] as string).trim());
}

/** Whether the client takes any type that we answer with; without an Accept header it takes everything. */
export function acceptsAnswer(accept: string | undefined): boolean {
  if (accept === undefined || accept === 'application/json' || accept.trim() === '') return true;
  return acceptedRanges(accept).some((range) =>
    ['*/*', 'application/*', 'application/json', GRAPHQL_RESPONSE_TYPE].includes(range),
  );
}

/** Whether it is a browser that opens the address: it names `text/html` and no type of ours. */
export function prefersPage(accept: string | undefined): boolean {
  const ranges = acceptedRanges(accept ?? '');
  return (
    ranges.includes('text/html') &&
    !ranges.includes('application/json') &&
    !ranges.includes(GRAPHQL_RESPONSE_TYPE)
  );
}

/** Whether the client names `application/json`, and so expects 200 for whatever GraphQL itself answers. */
export function namesJson(accept: string | undefined): boolean {
  return acceptedRanges(accept ?? '').includes('application/json');
}
