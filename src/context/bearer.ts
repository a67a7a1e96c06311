import { MAX_TOKEN_LENGTH } from '../tokens/compact.js';
import { headerValues } from './rawHeaders.js';

/** What the Authorization header holds. */
export type Bearer =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'malformed' };

const none = { kind: 'none' } as const;
const malformed = { kind: 'malformed' } as const;

/**
 * Reads the token out of the values of all Authorization headers of a request (RFC 6750 §2.1).
 * Another scheme is not ours and counts as none; whatever begins with ours and is not one token is malformed.
 */
export function readBearer(values: readonly string[], prefix: string): Bearer {
  // A second header would let two readers of one request believe two different people.
  if (values.length > 1) return malformed;
  const value = values[0];
  if (value === undefined || isBlank(value)) return none;
  // RFC 9110 §11.1: the scheme is compared without case.
  if (!hasScheme(value, prefix)) return hasHidden(value, prefix) ? malformed : none;
  if (value.length > MAX_TOKEN_LENGTH) return malformed;
  // RFC 9110 §11.4: one or more spaces; a tab is none. Node has trimmed the value already.
  const match = /^[^ \t]+ +([\x21-\x7e]+) *$/.exec(value);
  return match === null ? malformed : { kind: 'token', token: match[1] as string };
}

/** White space as HTTP has it (RFC 9110 §5.6.3): others are part of a value. */
export const isBlank = (value: string): boolean => /^[ \t]*$/.test(value);

/** Fetch joins several headers to one (Fetch §2.2.2), in which ours may come behind another or an empty one. */
const hasHidden = (value: string, prefix: string): boolean =>
  value.includes(',') && value.split(',').some((part) => hasScheme(part, prefix));

function hasScheme(value: string, prefix: string): boolean {
  if (value.startsWith(prefix) && value[prefix.length] === ' ') return true;
  const start = value.replace(/^[ \t]+/, '');
  if (start.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) return false;
  const next = start[prefix.length];
  return next === undefined || /[\s,]/.test(next);
}

/** All Authorization values of a Node request: `headers` shows just the first of several. */
export const authorizationValues = (rawHeaders: readonly string[]): string[] =>
  headerValues(rawHeaders, 'authorization');
