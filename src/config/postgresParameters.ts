import { Wrong, type Tools } from './kinds.js';
import { didYouMean } from './suggest.js';

/** What a parameter of a PostgreSQL URL may be. */
interface Rule {
  readonly expected: string;
  readonly example: string;
  test(value: string): boolean;
  /** Where it is one of these. */
  readonly words?: readonly string[];
}

const anything: Rule = { expected: 'a text', example: 'gatehouse', test: () => true };

const oneOf = (...words: readonly [string, ...string[]]): Rule => ({
  expected: `one of ${words.join(', ')}`,
  example: words[0],
  test: (value) => words.includes(value),
  words,
});

const wholeNumber = (expected: string, example: string, min: number, max: number): Rule => ({
  expected: `${expected} from ${min} to ${max}`,
  example,
  test: (value) => /^\d{1,10}$/.test(value) && Number(value) >= min && Number(value) <= max,
});

/** `pg` reads as much of a text as is a number: `5s` would be five milliseconds. */
const milliseconds = (example: string, min = 0): Rule =>
  wholeNumber('a whole number of milliseconds', example, min, 2_147_483_647);

const readableFile: Rule = { ...anything, expected: 'the path of a PEM file', example: 'ca.pem' };

/** Those that something comes of: of `schema` here, of the others in `pg`. */
const rules: Readonly<Record<string, Rule>> = {
  schema: {
    expected: 'lower-case letters, digits and _, at most 63, without pg_ at its beginning',
    example: 'gatehouse',
    // PostgreSQL keeps pg_ for itself.
    test: (value) => /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(value),
  },
  sslmode: oneOf(
    ...([
      'verify-full',
      'require',
      'verify-ca',
      'prefer',
      'allow',
      'disable',
      'no-verify',
    ] as const),
  ),
  ssl: oneOf(
    ...(['true', 'false', '1', '0', 'no-verify'] as const),
    ...['verify-full', 'require', 'verify-ca', 'prefer', 'allow', 'disable'],
  ),
  sslrootcert: readableFile,
  sslcert: readableFile,
  sslkey: readableFile,
  sslnegotiation: oneOf('postgres', 'direct'),
  uselibpqcompat: oneOf('true', 'false'),
  lock_timeout: milliseconds('2000'),
  statement_timeout: milliseconds('5000'),
  idle_in_transaction_session_timeout: milliseconds('5000'),
  // Nothing else ends the wait for a server that is gone.
  query_timeout: milliseconds('7000', 1),
  application_name: anything,
  fallback_application_name: anything,
  options: { ...anything, example: '-c%20jit%3Doff' },
  client_encoding: {
    expected: 'UTF8',
    example: 'UTF8',
    test: (value) => /^(utf-?8|unicode)$/i.test(value),
  },
  user: anything,
  password: anything,
  host: {
    ...anything,
    expected: 'a host, or the folder of a socket',
    test: (value) => value !== '',
  },
  port: wholeNumber('a port', '5432', 1, 65_535),
};

/**
 * What hosting providers and other clients write, and what nothing has to come of here: nobody is less safe, and nothing
 * is kept elsewhere, because of what they leave undone.
 */
const harmless = new Set(
  [
    // libpq's.
    'connect_timeout channel_binding target_session_attrs load_balance_hosts keepalives keepalives_idle',
    'keepalives_interval keepalives_count tcp_user_timeout gssencmode gsslib gssdelegation krbsrvname',
    'sslcompression sslsni min_protocol_version max_protocol_version',
    // Of poolers, and of those who count connections and prepare statements themselves.
    'pgbouncer pool pool_mode pool_size pool_timeout pool_max_conns pool_min_conns connection_limit',
    'max_connection_lifetime max_idle_connection_lifetime single_use_connections socket_timeout',
    'statement_cache_size prepareThreshold prepare_threshold prepared_statements default_query_exec_mode',
    'prepared_statement_cache_size load_balance topology_keys conn_max_age conn_health_checks reconnect',
    'sslaccept encoding charset serverVersion supa workaround',
  ].flatMap((names) => names.split(' ')),
);

/** The first that is misspelt, unknown or not what it must be; null where all are right. Reads no file. */
export function flawedParameter(parameters: URLSearchParams): Wrong | null {
  for (const [name, value] of parameters) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined && !harmless.has(name)) return unknown(name);
    if (rule !== undefined && !rule.test(value)) return notAsItMustBe(name, value, rule);
  }
  const isPlain = /^(0|false|disable)$/;
  const tls = parameters.get('sslmode') ?? parameters.get('ssl') ?? '';
  if (parameters.get('sslnegotiation') === 'direct' && isPlain.test(tls)) {
    return new Wrong('asks for TLS (sslnegotiation) and for none', 'Take one of the two out');
  }
  return null;
}

function unknown(name: string): Wrong {
  if (['dbname', 'database'].includes(name)) {
    return new Wrong(
      `has the parameter ${name}, which is not read`,
      'Write the name of the database behind the host: postgres://user:password@host:5432/database',
    );
  }
  const shown = /^[\w.-]{1,40}$/.test(name) ? `the parameter ${name}` : 'a parameter';
  return new Wrong(
    `has ${shown}, which nothing would come of`,
    `${didYouMean(name, Object.keys(rules)).trim()} Correct it, or take it out of the URL`.trim(),
  );
}

function notAsItMustBe(
  name: string,
  value: string,
  { expected, example, words = [] }: Rule,
): Wrong {
  const shown = name === 'password' ? '' : `; it is ${JSON.stringify(value.slice(0, 40))}`;
  return new Wrong(
    `has the parameter ${name}, which must be ${expected}${shown}`,
    `${didYouMean(value, words).trim()} Write ${name}=${example}, or take it out of the URL`.trim(),
  );
}

/** Whose value names files that `pg` reads when it connects. `system` is libpq's word for those that everybody trusts. */
export function unreadableFile(url: string, { readFile }: Pick<Tools, 'readFile'>): Wrong | null {
  for (const [name, path] of new URL(url).searchParams) {
    if (rules[name] !== readableFile || path === 'system') continue;
    try {
      readFile(path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      return new Wrong(
        `has the parameter ${name}, which must be ${readableFile.expected}; ${JSON.stringify(path.slice(0, 80))} cannot be read (${code})`,
        `Name one that this user may read, or take ${name} out of the URL`,
      );
    }
  }
  return null;
}
