import { stripIgnoredCharacters } from 'graphql';

/** More line terminators than any document has that a person wrote. */
const MAX_LINES = 2000;

/**
 * The same document on one line where it has very many. To tell the place of an error its lines are counted from
 * the top, for each error again, and 100 kB may be 100,000 lines. Costs the errors of such a document their lines.
 * Text that is no document comes back as it is.
 */
export function flattenLines(source: string): string {
  if (!hasManyLines(source)) return source;
  try {
    return stripIgnoredCharacters(source);
  } catch {
    return source;
  }
}

function hasManyLines(source: string): boolean {
  const terminator = /\r\n|[\n\r]/g;
  let lines = 0;
  while (terminator.exec(source) !== null) if (++lines > MAX_LINES) return true;
  return false;
}
