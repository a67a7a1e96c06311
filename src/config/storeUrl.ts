import { Wrong } from './kinds.js';
import { flawedParameter } from './postgresParameters.js';

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

const DEFAULT_SCHEMA = 'gatehouse';

const SHAPE = 'Write it as postgres://user:password@host:5432/database';
const ENCODE =
  `${SHAPE}, and percent-encode what is special in the user and the password ` +
  '(@ is %40, / is %2F, # is %23, ? is %3F, : is %3A, % is %25)';

/**
 * A file path, `sqlite:path`, `:memory:`, or `postgres://user:password@host:5432/database`. Says of anything else why it is
 * none. No sentence has a part of a URL in it that may be part of a password, also of one that is not encoded.
 */
export function locateStore(text: string): StoreLocation | Wrong {
  // As a file of variables has it whose quotation marks nobody takes off. As a path it would be printed.
  if (/^[\s"'`]+[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return new Wrong('begins with a blank or a quotation mark', 'Take it off');
  }
  if (/^postgres(ql)?:/i.test(text)) return locatePostgres(text);
  const path = text.replace(/^sqlite:(\/\/(?=\/))?/, '');
  // better-sqlite3 opens the file without them, and not the one that was made and guarded.
  if (path !== path.trim() && path.trim() !== '') {
    return new Wrong('begins or ends with a blank or a line break', 'Take it off');
  }
  const isPath = path.trim() !== '' && !/^([a-z][a-z0-9+.-]*:)?\/\//i.test(path);
  return isPath ? { engine: 'sqlite', path } : new Wrong();
}

function locatePostgres(text: string): StoreLocation | Wrong {
  const [, scheme, authority, path, query] = partsOf(text);
  if (scheme === undefined || authority === undefined || text === scheme) {
    return new Wrong('is no URL', SHAPE);
  }
  // What a fragment or a path with an @ begins with is the rest of a password that ends a URL's authority too early.
  if (text.includes('#') || path?.includes('@')) return new Wrong('is no URL', ENCODE);
  const parameters = new URLSearchParams(query);
  // A socket has no host, which WHATWG's URL does not allow behind a user.
  const isSocket = authority.endsWith('@') && parameters.has('host');
  const whole = `${scheme}${authority}${isSocket ? 'localhost' : ''}${path}${query}`;
  if (!URL.canParse(whole)) {
    return new Wrong('is no URL', `${ENCODE}; it has one host, and a port of at most 65535`);
  }
  const url = new URL(whole);
  if (!isDecodable([url.username, url.password, url.host, url.pathname].join('/'))) {
    return new Wrong('has a percent-encoding that is no text', ENCODE);
  }
  if (url.hostname.includes(',')) {
    return new Wrong('names several hosts', 'Name one: the primary, or what stands before all');
  }
  const flaw = flawedParameter(parameters);
  // Behind a ? that belongs to a password its rest would be the name, or the value, of a parameter.
  if (flaw !== null) return query?.includes('@') ? new Wrong('is no URL', ENCODE) : flaw;
  url.searchParams.delete('schema');
  return {
    engine: 'postgres',
    url: url.href,
    schema: parameters.get('schema') ?? DEFAULT_SCHEMA,
  };
}

/** The scheme with its slashes, the authority, the path, and the query with its question mark. */
const partsOf = (text: string): (string | undefined)[] =>
  /^(\w+:\/\/)([^/?#]*)([^?#]*)(\??[^#]*)/.exec(text) ?? [];

/** `pg` lets a % pass that begins no encoding. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}
