/** Where a store lives. */
export type StoreLocation =
  /** `:memory:` is a database of this process alone, gone at its end. */
  | { engine: 'sqlite'; path: string }
  | {
      engine: 'postgres';
      /** As `pg` reads it: `schema` has been taken out. */
      url: string;
      /** The schema of the database that holds our tables. */
      schema: string;
    };

export const DEFAULT_STORE_URL = 'data/gatehouse.db';
const DEFAULT_SCHEMA = 'gatehouse';

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
  if (/^postgres(ql)?:/i.test(url)) return parsePostgresUrl(url);
  const path = url.replace(/^sqlite:(\/\/(?=\/))?/, '');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1];
  if (scheme !== undefined || path === '' || path.startsWith('//')) {
    throw new TypeError(
      `The database "${scheme ?? 'sqlite'}:…" is not supported. Supported are a SQLite file, as a path ` +
        `("${DEFAULT_STORE_URL}") or as "sqlite:${DEFAULT_STORE_URL}", ":memory:", and PostgreSQL ` +
        '("postgres://user:password@host:5432/database").',
    );
  }
  return { engine: 'sqlite', path };
}

function parsePostgresUrl(text: string): StoreLocation {
  if (!URL.canParse(text) || !/^postgres(ql)?:\/\//i.test(text)) {
    throw new TypeError(
      'The database "postgres:…" is not a URL. Write it as postgres://user:password@host:5432/database, ' +
        'and percent-encode what is special in the password (@ is %40, / is %2F, # is %23).',
    );
  }
  const url = new URL(text);
  const schema = url.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  url.searchParams.delete('schema');
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TypeError(
      `The schema of a database must be lower-case letters, digits and "_", got ${JSON.stringify(schema)}. ` +
        `Leave it out for "${DEFAULT_SCHEMA}".`,
    );
  }
  return { engine: 'postgres', url: url.href, schema };
}

/** What may be shown to people: never the user, the password or the options of a URL. */
export function describeStore(location: StoreLocation): string {
  if (location.engine === 'sqlite') return location.path;
  const { host, pathname } = new URL(location.url);
  return `postgres://${host}${pathname}`;
}
