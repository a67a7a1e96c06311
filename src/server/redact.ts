import { isSecretName } from './secretNames.js';

const REDACTED = '[redacted]';
/** Deeper values are left out: nothing that we log is nested so far. */
const MAX_DEPTH = 8;

/** Three base64url parts, the first of which begins with `{"` (RFC 7515 §3.1), and what follows an auth scheme. */
const tokens =
  /\beyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*|\b(Bearer|JWT|Basic) +[^\s",;]{12,}/gi;

/** Of `eyJ..`. */
const SHORTEST_TOKEN = 5;

/** A copy for the log: values under secret names and tokens in any text are replaced, errors are spelt out. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') {
    return value.length < SHORTEST_TOKEN ? value : value.replace(tokens, REDACTED);
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Date) return value;
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    copy[name] =
      isSecretName(name) && item !== null && item !== undefined
        ? REDACTED
        : redact(item, depth + 1);
  }
  return copy;
}

function redactError({ name, message, stack, cause }: Error, depth: number): object {
  return {
    type: name,
    message: redact(message),
    stack: redact(stack),
    ...(cause !== undefined && { cause: redact(cause, depth + 1) }),
  };
}
