import { isUtf8 } from 'node:buffer';

const alphabet = /^[A-Za-z0-9_-]+$/;

/**
 * Whether a text is what encoding its bytes would give: base64url without padding, and no stray bits in the
 * last character (RFC 4648 §3.5). Otherwise several texts would stand for the same bytes, and a list keyed by
 * token text could be walked around. The empty text is not canonical here: no part of a token is empty.
 */
export function isCanonical(text: string): boolean {
  if (!alphabet.test(text)) return false;
  const last = text.charAt(text.length - 1);
  switch (text.length % 4) {
    case 0:
      return true;
    case 2:
      return 'AQgw'.includes(last);
    case 3:
      return 'AEIMQUYcgkosw048'.includes(last);
    default:
      return false;
  }
}

export const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The JSON object that the base64url text holds; null when it is anything else, an array or `null` too. */
export function objectOf(text: string): Record<string, unknown> | null {
  const bytes = bytesOf(text);
  // RFC 7519 §7.2: the octets must be valid UTF-8; a lenient decoder would read replacement characters.
  if (!isUtf8(bytes)) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
