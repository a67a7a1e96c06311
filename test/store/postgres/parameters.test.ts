import { describe, expect, test } from '@jest/globals';
import { SettingsError } from '../../../src/config.js';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
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

  test('a file that cannot be read is named, with the parameter', async () => {
    const store = openStore(withParameters({ sslrootcert: '/nofile.pem' }), options);
    await expect(store).rejects.toThrow(SettingsError);
    await expect(store).rejects.toThrow(
      'The database has the parameter sslrootcert, which must be the path of a PEM file; "/nofile.pem" cannot be read (ENOENT).',
    );
  });
});
