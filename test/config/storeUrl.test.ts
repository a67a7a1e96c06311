import { describe, expect, test } from '@jest/globals';
import { parse } from 'pg-connection-string';
import { locateStore } from '../../src/config/storeUrl.js';
import { Wrong } from '../../src/config/kinds.js';
import { configOf, problemsOf } from './load.js';

const problem = (url: string): string =>
  problemsOf({ env: { GATEHOUSE_DATABASE: url }, readFile }).join('\n');
const readFile = (path: string): string => {
  if (path === 'ca.pem') return '';
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};
const withParameters = (parameters: string): string => `postgres://u:pw@db:5432/app?${parameters}`;

describe('the URL of a database', () => {
  test.each([
    ['sslmod=require', 'has the parameter sslmod, .* Did you mean sslmode\\? Correct it, or take'],
    ['SSLMODE=require', 'Did you mean sslmode\\?'],
    ['sslmode=requre', 'must be one of verify-full, .*; it is "requre"\\. Did you mean require\\?'],
    ['tls=true', 'the parameter tls, which nothing would come of\\. '],
    ['sslcrl=a.crl', 'the parameter sslcrl'],
    ['replication=database', 'the parameter replication'],
    ['__proto__=1', 'the parameter __proto__'],
    ['dbname=app', 'dbname, which is not read\\. Write the name of the database behind the host'],
    ['lock_timeout=abc', 'lock_timeout, which must be a whole number of milliseconds .*"abc"'],
    ['statement_timeout=-5', 'Write statement_timeout=5000, or take it out of the URL'],
    ['query_timeout=1s', 'query_timeout, which must be a whole number of milliseconds from 1 to'],
    ['query_timeout=0', 'from 1 to'],
    ['idle_in_transaction_session_timeout=99999999999', 'to 2147483647'],
    ['schema=Foo', 'schema, which must be lower-case letters, .*; it is "Foo"\\. Write schema='],
    [
      'schema=pg_auth',
      'schema, which must be .* without pg_ at its beginning; it is "pg_auth"\\. Write schema=',
    ],
    ['port=99999', 'port, which must be a port from 1 to 65535'],
    ['ssl=yes', 'ssl, which must be one of true, false'],
    ['client_encoding=LATIN1', 'client_encoding, which must be UTF8'],
    ['sslrootcert=/nofile.pem', '"/nofile.pem" cannot be read \\(ENOENT\\)\\. Name one'],
    ['sslnegotiation=direct&sslmode=disable', 'for TLS \\(sslnegotiation\\) and for none'],
  ])('with %s is refused, with what is wrong and the fix', (parameters, sentence) => {
    expect(problem(withParameters(parameters))).toMatch(
      new RegExp(`^GATEHOUSE_DATABASE .*${sentence}.*\\.$`),
    );
  });

  test.each([
    ['postgres://u:pw@db:99999/app', 'is no URL\\. .* a port of at most 65535\\.'],
    ['postgres:/x/y', 'is no URL\\. Write it as postgres://user:password@host:5432/database\\.'],
    ['postgres://', 'is no URL\\. Write it as'],
    ['postgres://one,two/app', 'names several hosts\\. Name one'],
    ['postgres://u:%E9@db/app', 'has a percent-encoding that is no text\\. '],
    ['"postgres://u:pw@db/app"', 'begins with a blank or a quotation mark\\. Take it off\\.'],
    [' postgres://u:pw@db/app', 'begins with a blank'],
    [
      'sqlite:',
      'must be the path of a SQLite file, .*Write GATEHOUSE_DATABASE=data/gatehouse\\.db',
    ],
    ['sqlite://x.db', 'must be the path of a SQLite file'],
  ])('%s is refused', (url, sentence) => {
    expect(problem(url)).toMatch(new RegExp(`^GATEHOUSE_DATABASE ${sentence}`));
  });

  // What hosting providers hand out, and what other clients of the same database write.
  test.each([
    'postgresql://u:pw@ep-x.eu.aws.neon.tech/app?sslmode=require&channel_binding=require',
    'postgres://u:pw@ep-x.neon.tech/app?sslmode=require&options=endpoint%3Dep-x',
    'postgres://postgres.ref:pw@aws-0.pooler.supabase.com:5432/postgres?sslmode=require&supa=base-pooler.x',
    'postgres://u:pw@pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1',
    'postgres://default:pw@x.postgres.vercel-storage.com:5432/app?pgbouncer=true&connect_timeout=15',
    'postgres://u:pw@ec2-1-2-3-4.compute-1.amazonaws.com:5432/d1',
    'postgres://u:pw@x.rds.amazonaws.com:5432/app?sslmode=verify-full&sslrootcert=ca.pem',
    'postgres://u:pw@db.example:5432/postgres?sslmode=verify-full&sslrootcert=system',
    'postgres://u@server:pw@server.postgres.database.azure.com/app?sslmode=require',
    'postgresql://u:pw@/app?host=/cloudsql/project:region:instance',
    'postgres://%2Fvar%2Frun%2Fpostgresql/app',
    'postgres:///app?host=/var/run/postgresql&user=u&password=p',
    'postgres://doadmin:pw@x.db.ondigitalocean.com:25060/defaultdb?sslmode=require',
    'postgres://u:pw@db.prisma.io:5432/?sslmode=require&pool=true',
    'postgres://u:pw@db/app?serverVersion=16&charset=utf8',
    'postgres://u:pw@db/app?application_name=a@b&target_session_attrs=read-write&keepalives_idle=30',
    'postgres://u:p@ss%word@db/app?ssl=true&sslnegotiation=direct&gssencmode=disable',
    'postgres://u:pw@[::1]:5432/app?statement_timeout=0&lock_timeout=2147483647&schema=auth_2',
  ])('%s is accepted', (url) => {
    expect(problem(url)).toBe('');
    expect(configOf({ env: { DATABASE_URL: url }, readFile }).database).toBe(url);
  });

  test('keeps what the client of the database reads in it', () => {
    const located = locateStore('postgresql://u:p%40@/app?host=/cloudsql/a:b:c&schema=auth');
    expect(located).toMatchObject({ engine: 'postgres', schema: 'auth' });
    const { url } = located as { url: string };
    expect(parse(url)).toMatchObject({ host: '/cloudsql/a:b:c', user: 'u', password: 'p@' });
    expect(parse(url)).not.toHaveProperty('schema');
  });
});

describe('a password that is not encoded', () => {
  const passwords = [
    'p@ss/w#rd',
    'p/ss',
    '12/ss@w',
    '12#ss',
    '12?ss',
    'p@ss?w=rd',
    '12?sslmode=rd',
  ];
  test.each([...passwords, '12?schema=Word', 'a b@c/d?e', 'p%@ss/w', 'p:ss/w@rd', '/', '#', '?@'])(
    '%s is in no message',
    (password) => {
      const located = locateStore(`postgres://postgres:${password}@127.0.0.1:5499/postgres`);
      expect(located).toBeInstanceOf(Wrong);
      const { because, fix } = located as Wrong;
      expect(because).toBe('is no URL');
      expect(fix).toMatch(/percent-encode .*\(@ is %40, \/ is %2F, # is %23, \? is %3F/);
      expect(fix).not.toContain('ss/');
    },
  );
});
