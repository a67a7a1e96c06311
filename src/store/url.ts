/** Where a store lives. `:memory:` is a database of this process alone, gone at its end. */
export interface StoreLocation {
  engine: 'sqlite';
  path: string;
}

export const DEFAULT_STORE_URL = 'data/gatehouse.db';

/**
 * A file path, `sqlite:path`, or `:memory:`. Anything else is a TypeError that says what is supported; it names
 * the scheme only, as a URL may carry a password.
 */
export function parseStoreUrl(url: string): StoreLocation {
  if (typeof url !== 'string' || url.trim() === '') {
    throw new TypeError(
      `The database must be a file path, got ${url === '' ? 'an empty text' : typeof url}. ` +
        `Pass for example "${DEFAULT_STORE_URL}", or ":memory:".`,
    );
  }
  const path = url.replace(/^sqlite:(\/\/(?=\/))?/, '');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1];
  if (scheme !== undefined || path === '' || path.startsWith('//')) {
    throw new TypeError(
      `The database "${scheme ?? 'sqlite'}:…" is not supported. Supported are a SQLite file, as a path ` +
        `("${DEFAULT_STORE_URL}") or as "sqlite:${DEFAULT_STORE_URL}", and ":memory:".`,
    );
  }
  return { engine: 'sqlite', path };
}
