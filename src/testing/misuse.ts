/** Throws a TypeError: what was expected, what came, and what to write. */
export function misuse(expected: string, value: unknown, fix: string): never {
  throw new TypeError(`${expected}, got ${shown(value)}. ${fix}`);
}

/**
 * A list or set of names as a list. A single text is refused: it would count as one name for each of its letters.
 *
 * @param place of the option, such as `contextFor: scopes`
 */
export function namesIn(place: string, names: unknown = []): readonly string[] {
  const expected = `${place} must be a list or a set of names`;
  const fix = "Write ['articles:read'].";
  if (typeof names !== 'object' || names === null || !(Symbol.iterator in names)) {
    return misuse(expected, names, fix);
  }
  const list = [...(names as Iterable<unknown>)];
  return list.map((name) => (typeof name === 'string' ? name : misuse(expected, name, fix)));
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
