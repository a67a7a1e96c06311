import { isSecretName } from './secretNames.js';

const REDACTED = '[redacted]';
/** Deeper values are left out: nothing that we log is nested so far. */
const MAX_DEPTH = 8;

/** Three base64url parts, the first of which begins with `{"` (RFC 7515 §3.1), and what follows an auth scheme. */
const tokens =
  /\beyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*|\b(Bearer|JWT|Basic) +[^\s",;]{12,}/gi;

/** Of `eyJ..`. */
const SHORTEST_TOKEN = 5;

/**
 * What the log may show: values under secret names and tokens in any text are replaced, errors are spelt out. The value
 * itself where there is nothing to be replaced in it, which is most often so; else a copy.
 */
export const redact = (value: unknown): unknown => (isClean(value, 0) ? value : cleaned(value, 0));

/** In doubt no. */
function isClean(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isCleanText(value);
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isClean(item, depth + 1));
  // Others may say more of themselves than their properties do.
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    if (typeof item === 'function' || !isClean(item, depth + 1)) return false;
    if (isSecret(name, item)) return false;
  }
  return true;
}

const isSecret = (name: string, item: unknown): boolean =>
  isSecretName(name) && item !== null && item !== undefined;

/** Without looking closely: a token has dots, and a scheme is followed by a space. */
const isCleanText = (text: string): boolean =>
  text.length < SHORTEST_TOKEN ||
  (!text.includes('.') && !text.includes(' ')) ||
  text.search(tokens) === -1;

/** A text with `[redacted]` in place of the tokens in it. */
export const withoutTokens = (text: string): string => text.replace(tokens, REDACTED);

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutTokens(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  if (value instanceof Date) return value;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    // Its own `toJSON` would say what it likes.
    if (typeof item === 'function') continue;
    copy[name] = isSecret(name, item) ? REDACTED : cleaned(item, depth + 1);
  }
  return copy;
}

function redactError({ name, message, stack, cause }: Error, depth: number): object {
  return {
    type: name,
    message: cleaned(message, depth),
    stack: cleaned(stack, depth),
    ...(cause !== undefined && { cause: cleaned(cause, depth + 1) }),
  };
}
