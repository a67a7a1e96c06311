import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';

/**
 * Throws where the two are not equal in depth, and says where they part. A property that is undefined is as good as one
 * that is missing, and bytes are bytes, a `Buffer` or not: an engine may make its rows as it likes.
 */
export const same = (actual: unknown, expected: unknown): void => judge(actual, expected, false);

/** The same, but that objects may have properties which `expected` does not name, at any depth. Lists are whole. */
export const matches = (actual: unknown, expected: unknown): void => judge(actual, expected, true);

function judge(actual: unknown, expected: unknown, isPartial: boolean): void {
  const message = difference(actual, expected, isPartial, '');
  if (message === null) return;
  const operator = isPartial ? 'matches' : 'same';
  throw new AssertionError({ message, actual, expected, operator, stackStartFn: judge });
}

/** Null where there is none; else a sentence. */
function difference(
  actual: unknown,
  expected: unknown,
  isPartial: boolean,
  at: string,
): string | null {
  if (Object.is(actual, expected)) return null;
  const unlike = `${at === '' ? '' : `${at}: `}expected ${show(expected)}, got ${show(actual)}`;
  if (!isObject(actual) || !isObject(expected)) return unlike;
  if (expected instanceof Uint8Array) {
    return actual instanceof Uint8Array && Buffer.compare(actual, expected) === 0 ? null : unlike;
  }
  const isList = Array.isArray(expected);
  if (isList !== Array.isArray(actual)) return unlike;
  if (isList && actual['length'] !== expected['length']) return unlike;
  const names = isPartial ? Object.keys(expected) : Object.keys({ ...actual, ...expected });
  for (const name of names) {
    const inside = isList ? `${at}[${name}]` : at === '' ? name : `${at}.${name}`;
    const found = difference(actual[name], expected[name], isPartial, inside);
    if (found !== null) return found;
  }
  return null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const show = (value: unknown): string =>
  inspect(value, { depth: 6, breakLength: Infinity, maxArrayLength: 10, maxStringLength: 200 });
