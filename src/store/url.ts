import { Wrong } from '../config/kinds.js';
import { locateStore, type StoreLocation } from '../config/storeUrl.js';

export type { StoreLocation } from '../config/storeUrl.js';

export const DEFAULT_STORE_URL = 'data/gatehouse.db';

/**
 * A file path, `sqlite:path`, `:memory:`, or `postgres://user:password@host:5432/database`. Anything else is a
 * TypeError that says what is supported; it names the scheme only, as a URL may carry a password.
 */
export function parseStoreUrl(url: string): StoreLocation {
  if (typeof url !== 'string' || url.trim() === '') {
    throw new TypeError(
      `The database must be a file path or a URL, got ${url === '' ? 'an empty text' : typeof url}. ` +
        `Pass for example "${DEFAULT_STORE_URL}", or ":memory:".`,
    );
  }
  const location = locateStore(url);
  if (!(location instanceof Wrong)) return location;
  if (location.because !== null) {
    throw new TypeError(`The database ${location.because}. ${location.fix ?? ''}.`);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1] ?? 'sqlite';
  throw new TypeError(
    `The database "${scheme}:…" is not supported. Supported are a SQLite file, as a path ` +
      `("${DEFAULT_STORE_URL}") or as "sqlite:${DEFAULT_STORE_URL}", ":memory:", and PostgreSQL ` +
      '("postgres://user:password@host:5432/database").',
  );
}

/** What may be shown to people: never the user, the password or the options of a URL. */
export function describeStore(location: StoreLocation): string {
  if (location.engine === 'sqlite') return location.path;
  const { host, pathname, searchParams } = new URL(location.url);
  return `postgres://${searchParams.get('host') ?? host}${pathname}`;
}
