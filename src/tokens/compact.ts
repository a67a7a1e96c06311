import { isCanonical, objectOf } from './base64url.js';

/** Longer tokens are not read. Characters, which are bytes where the text is base64url. */
export const MAX_TOKEN_LENGTH = 8192;

/** Longer ones are not issued: a header of 8 KB holds the scheme beside the token. */
export const MAX_ISSUED_LENGTH = 8000;

/** The parts of a token in the JWS Compact Serialization (RFC 7515 §7.1), the header decoded. */
export interface CompactToken {
  readonly header: Readonly<Record<string, unknown>>;
  /** Still encoded: nothing of it is believed yet. */
  readonly payload: string;
}

const partNames = ['header', 'payload', 'signature'] as const;

/** Takes a token apart without believing anything. A text says why it is none. Never throws. */
export function parseCompact(token: unknown): CompactToken | string {
  const parts = splitToken(token);
  return typeof parts === 'string' ? parts : parseParts(parts);
}

/** The header, the payload and the signature, still encoded. */
export type TokenParts = readonly [string, string, string];

/** As `parseCompact`, for a token that has been split. */
export function parseParts(parts: TokenParts): CompactToken | string {
  const flawed = partNames.find((_, index) => !isCanonical(parts[index] as string));
  if (flawed !== undefined) return notCanonical(flawed);
  const header = objectOf(parts[0]);
  return header === null ? 'the header is not a JSON object' : { header, payload: parts[1] };
}

/** The three parts of a token that is a text and not too long; else why there are none. */
export function splitToken(token: unknown): TokenParts | string {
  if (typeof token !== 'string') return 'it is not a text';
  if (token.length > MAX_TOKEN_LENGTH) return `it is longer than ${MAX_TOKEN_LENGTH} characters`;
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1)) {
    return 'it does not consist of three parts between two dots';
  }
  return [token.slice(0, first), token.slice(first + 1, second), token.slice(second + 1)];
}

export const notCanonical = (part: string): string =>
  `the ${part} is empty or not canonical base64url without padding`;
