import { defaultDocumentLimits, type DocumentLimits } from '../limits/limits.js';
import {
  boolean,
  choice,
  countOrAuto,
  integer,
  size,
  text,
  Wrong,
  type Kind,
  type Tools,
} from './kinds.js';
import { endpointPath, origins, trustedProxies } from './netKinds.js';
import { unreadableFile } from './postgresParameters.js';
import { setting } from './setting.js';
import { locateStore } from './storeUrl.js';

/** Where the server listens, what it keeps its data in, and what it shows. */
export const serverSettings = {
  port: setting(integer(0, 65_535, 4000), {
    default: 4000,
    help: 'TCP port to listen on; 0 takes any free one.',
  }),
  host: setting(text('a host name or an IP address', '127.0.0.1', isHost), {
    default: '127.0.0.1',
    productionDefault: '0.0.0.0',
    help: 'Address to listen on. 0.0.0.0 is every interface with IPv4, :: with IPv6 too.',
  }),
  workers: setting(countOrAuto(128, 4), {
    default: 1,
    help: 'Number of `gatehouse serve` processes that share the port and the database; auto is one for each core. A worker that ends is replaced.',
  }),
  path: setting(endpointPath, { default: '/graphql', help: 'Path of the GraphQL endpoint.' }),
  database: setting(database(), {
    default: 'data/gatehouse.db',
    alsoEnv: 'DATABASE_URL',
    help: 'Where accounts, sessions, keys and audit records are kept: the path of a SQLite file, or for several nodes the URL of a PostgreSQL database, postgres://user:password@host:5432/database.',
  }),
  trustProxy: setting(trustedProxies, {
    default: false,
    help: 'Whose X-Forwarded-For is believed: the number of proxies in front, or their addresses and ranges (CIDR, loopback, linklocal, uniquelocal). Audit records and rate limits take client addresses from it.',
  }),
  corsOrigins: setting(origins, {
    default: Object.freeze([]),
    help: 'Origins of web pages that may call the endpoint from a browser, such as https://app.example.com.',
  }),
  introspection: setting(boolean(true), {
    default: true,
    productionDefault: false,
    help: 'Whether the endpoint answers introspection.',
  }),
  filterIntrospection: setting(boolean(true), {
    default: false,
    help: 'Whether introspection shows each caller only what they may use. Error messages then suggest no names.',
  }),
  explorer: setting(boolean(true), {
    default: true,
    productionDefault: false,
    help: 'Whether a browser that opens the endpoint gets a page for trying the API.',
  }),
  compiledQueries: setting(boolean(true), {
    default: true,
    help: 'Whether a query that is sent again, and of which the caller may see everything, is answered from a plan instead of by graphql-js. The answers are the same.',
  }),
  persistedQueries: setting(boolean(true), {
    default: false,
    help: 'Whether a client may send the SHA-256 hash of a query in place of its text, once it has sent both (automatic persisted queries). Each process keeps them in memory, 30 MB at most; a client that is told `PERSISTED_QUERY_NOT_FOUND` sends the text again.',
  }),
  logLevel: setting(choice(['debug', 'info', 'warn', 'error', 'silent'], 'info'), {
    default: 'info',
    help: 'The lowest level of lines that are logged.',
  }),
};

const count = (limit: keyof DocumentLimits, what: string) =>
  setting(integer(1, 1_000_000, defaultDocumentLimits[limit]), {
    default: defaultDocumentLimits[limit],
    help: `Maximum number of ${what}; more is DOCUMENT_TOO_COMPLEX.`,
  });

/** Bounds on what one request may ask, checked before the document is validated. */
export const limitSettings = {
  maxBodySize: setting(size('1MiB'), {
    default: 1024 ** 2,
    help: 'Largest request body; a larger one is answered 413.',
  }),
  maxTokens: count('maxTokens', 'lexical tokens of a document'),
  maxDepth: count('maxDepth', 'levels of nested fields'),
  maxAliases: count(
    'maxAliases',
    'aliases, counted with fragments spread, and of repeated fields where comparing them takes long',
  ),
  maxRootFields: count('maxRootFields', 'root fields, counted with fragments spread'),
  maxDirectives: count('maxDirectives', 'directives, counted with fragments spread'),
  maxFragments: count('maxFragments', 'fragment definitions and spreads'),
  maxVariableDepth: count('maxVariableDepth', 'levels of nested values in the variables'),
};

/** What a resolver can be asked for (RFC 1035 §2.3.4): 253 characters, 63 between two dots. */
function isHost(value: string): boolean {
  return (
    value.length <= 253 &&
    /^[A-Za-z0-9._:-]+$/.test(value) &&
    value.split('.').every((label) => label.length <= 63)
  );
}

function database(): Kind<string, string> {
  const check = (value: unknown, tools: Tools): string | Wrong => {
    const location = typeof value === 'string' ? locateStore(value) : new Wrong();
    if (location instanceof Wrong) return location;
    const unreadable = location.engine === 'postgres' ? unreadableFile(location.url, tools) : null;
    return unreadable ?? (value as string);
  };
  const kind = text(
    'the path of a SQLite file, such as data/gatehouse.db, or postgres://user:password@host/database',
    'data/gatehouse.db',
  );
  // The URL of a database carries a password.
  return { ...kind, secret: true, fromText: check, fromCode: check };
}
