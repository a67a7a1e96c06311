import { isCanonical, objectOf } from './base64url.js';
import { notCanonical, splitToken } from './compact.js';

export interface DecodedToken {
  /** Null where it cannot be read. */
  readonly header: Readonly<Record<string, unknown>> | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
  /** What is wrong with the shape, a sentence each; empty where nothing is. */
  readonly problems: readonly string[];
}

/**
 * Shows what a token says, to look at. Verifies nothing: neither signature nor claims. Never throws. Parts that
 * are encoded sloppily are still read, and named among the problems.
 */
export function decodeToken(token: unknown): DecodedToken {
  const parts = splitToken(token);
  if (typeof parts === 'string') return { header: null, claims: null, problems: [parts] };
  const [header, claims] = [objectOf(parts[0]), objectOf(parts[1])];
  const names = ['header', 'payload', 'signature'];
  const problems = names
    .filter((_, index) => !isCanonical(parts[index] as string))
    .map((name) => notCanonical(name));
  if (header === null) problems.push('the header is not a JSON object');
  if (claims === null) problems.push('the payload is not a JSON object');
  return { header, claims, problems: [...problems, ...headerProblems(header ?? {})] };
}

function headerProblems(header: Readonly<Record<string, unknown>>): string[] {
  const known = ['alg', 'typ', 'kid'];
  const others = Object.keys(header).filter((name) => !known.includes(name));
  return others.length === 0
    ? []
    : [`the header has members beyond alg, typ, kid: ${JSON.stringify(others).slice(1, -1)}`];
}
