import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type pg from 'pg';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { StoreUnavailableError } from '../../../src/store/store.js';
import { systemClock } from '../../../src/time.js';
import { usePostgres } from '../../support/postgres.js';

const postgres = usePostgres();
const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** The end of a login: it is done, the connection has this number, and waits for a question. */
const welcome = Buffer.from([
  ...[0x52, 0, 0, 0, 8, 0, 0, 0, 0],
  ...[0x4b, 0, 0, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8],
  ...[0x5a, 0, 0, 0, 5, 0x49],
]);

/** Lets everybody in, and lends a connection for as long as a transaction: to those who ask in turn, the same one. */
async function pooler(lent: () => Promise<pg.Client>): Promise<number> {
  const server = createServer((near) => {
    near.on('error', () => undefined);
    near.once('data', () => {
      const far = lent().then(({ connection }) => connection.stream);
      near.write(welcome);
      near.on('data', (bytes) => {
        // Who says goodbye says it to the pooler.
        if (bytes[0] === 0x58) return near.end();
        void far.then((stream) => {
          stream.removeAllListeners('data');
          stream.on('data', (answer) => near.write(answer));
          stream.write(bytes);
        });
        return undefined;
      });
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const open = async (port: number) => {
  const url = new URL(postgres.fresh());
  url.port = String(port);
  return openStore(url.href, { clock: systemClock, log: silentLog });
};

describe('a pooler', () => {
  test('in transaction mode is refused, before anything is made', async () => {
    const shared = await postgres.client();
    const store = open(await pooler(() => Promise.resolve(shared)));
    await expect(store).rejects.toThrow(StoreUnavailableError);
    await expect(store).rejects.toThrow('pool_mode = session');
    const made = await (
      await postgres.client()
    ).query(`SELECT 1 FROM pg_class WHERE relname = 'schema_version'`);
    expect(made.rowCount).toBe(0);
  });

  test('that refuses options is no lost connection', async () => {
    const fields = [
      'SFATAL',
      'VFATAL',
      'C08P01',
      'Munsupported startup parameter: options',
      '',
      '',
    ];
    const text = Buffer.from(fields.join('\0'));
    const head = Buffer.from([0x45, 0, 0, 0, 4 + text.length]);
    const server = createServer((near) => {
      near.on('error', () => undefined);
      near.once('data', () => near.end(Buffer.concat([head, text])));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const store = open((server.address() as AddressInfo).port);
    await expect(store).rejects.toThrow('refuses the options of the URL');
  });

  test('that leaves a connection its own is taken', async () => {
    const store = await open(await pooler(() => postgres.client()));
    await store.ping();
    await store.close();
  });
});
