import { describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { SettingsError } from '../../../src/config.js';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { createPool, type PostgresLocation } from '../../../src/store/postgres/connect.js';
import { parseStoreUrl } from '../../../src/store/url.js';
import { StoreUnavailableError } from '../../../src/store/store.js';
import { systemClock } from '../../../src/time.js';
import { usePostgres } from '../../support/postgres.js';

const postgres = usePostgres();
const options = { clock: systemClock, log: silentLog };
const withParameters = (parameters: Record<string, string>): string => {
  const url = new URL(postgres.fresh());
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};

describe('parameters of the URL', () => {
  test.each<Record<string, string>>([
    { ssl: 'false' },
    { ssl: 'disable' },
    { ssl: '0', channel_binding: 'require', connect_timeout: '15', pgbouncer: 'true' },
    { sslmode: 'disable', lock_timeout: '0', statement_timeout: '100', query_timeout: '1000' },
    { options: '-c jit=off', client_encoding: 'utf-8', keepalives_idle: '30' },
  ])('%j are understood', async (parameters) => {
    const store = await openStore(withParameters(parameters), options);
    await store.ping();
    await store.close();
  });

  test.each(['true', 'require', 'verify-full'])('ssl=%s asks for TLS', async (ssl) => {
    await expect(openStore(withParameters({ ssl }), options)).rejects.toThrow('offers no TLS');
  });

  test('sslrootcert=system asks for TLS, with the certificates that everybody trusts', async () => {
    const store = openStore(withParameters({ sslrootcert: 'system' }), options);
    await expect(store).rejects.toThrow('offers no TLS');
  });

  test.each(['-c nosuch=1', '-c work_mem=much', '-x', '-c jit'])(
    'options=%s are refused, and it is said that it is the options',
    async (wrong) => {
      const store = openStore(withParameters({ options: wrong }), options);
      await expect(store).rejects.toThrow(StoreUnavailableError);
      await expect(store).rejects.toThrow('refuses the options of the URL');
    },
  );

  test('a file that cannot be read is named, with the parameter', async () => {
    const store = openStore(withParameters({ sslrootcert: '/nofile.pem' }), options);
    await expect(store).rejects.toThrow(SettingsError);
    await expect(store).rejects.toThrow(
      'The database has the parameter sslrootcert, which must be the path of a PEM file; "/nofile.pem" cannot be read (ENOENT).',
    );
  });
});

/** What a client says at the start of a connection: names and values, each with a zero behind it. */
async function startOf(parameters: Record<string, string>): Promise<string[]> {
  let tell: (names: string[]) => void;
  const started = new Promise<string[]>((resolve) => (tell = resolve));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // The length and the version of the protocol come first.
    socket.once('data', (data) => {
      const words = data.subarray(8).toString().split('\0');
      tell(words.filter((word, index) => index % 2 === 0 && word !== ''));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(withParameters(parameters));
  url.port = String((server.address() as AddressInfo).port);
  await expect(openStore(url.href, options)).rejects.toThrow();
  server.close();
  return started;
}

describe('through a pooler', () => {
  test('a connection starts with nothing that PgBouncer refuses', async () => {
    const known = ['user', 'database', 'client_encoding', 'application_name'];
    const said = await startOf({ lock_timeout: '100', statement_timeout: '200' });
    expect(said).toContain('user');
    expect(said.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('a connection has its schema and limits all the same, those of the URL before ours', async () => {
    const url = withParameters({ lock_timeout: '0100', options: '-c jit=off' });
    const location = parseStoreUrl(url) as PostgresLocation;
    const pool = createPool(location, 1, silentLog);
    const names = ['search_path', 'lock_timeout', 'statement_timeout', 'jit'];
    const { rows } = await pool.query(
      `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}`,
    );
    await pool.end();
    expect(rows).toEqual([
      { search_path: location.schema, lock_timeout: '100ms', statement_timeout: '5s', jit: 'off' },
    ]);
  });
});
