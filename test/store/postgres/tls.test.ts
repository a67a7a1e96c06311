import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { systemClock } from '../../../src/time.js';
import { certificates, usePostgres } from '../../support/postgres.js';

const postgres = usePostgres({ tls: true });
const options = { clock: systemClock, log: silentLog };

function urlWith(host: string, parameters: Record<string, string>): string {
  const url = new URL(postgres.fresh());
  url.hostname = host;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
const sslrootcert = join(certificates, 'server.crt');

test.each(['verify-full', 'require'])(
  'under sslmode=%s the certificate is checked, and its name',
  async (sslmode) => {
    const store = await openStore(urlWith('localhost', { sslmode, sslrootcert }), options);
    await store.ping();
    const client = await postgres.client();
    const { rows } = await client.query(
      `SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
       WHERE application_name = 'gatehouse'`,
    );
    expect(rows).toEqual([{ ssl: true }]);
    await store.close();
    const unknown = openStore(urlWith('localhost', { sslmode }), options);
    await expect(unknown).rejects.toThrow('cannot be reached');
    const misnamed = openStore(urlWith('127.0.0.1', { sslmode, sslrootcert }), options);
    await expect(misnamed).rejects.toThrow('cannot be reached');
  },
);
