import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { connect, createServer, type AddressInfo, Socket, type Server } from 'node:net';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { createChanges } from '../../../src/store/postgres/changes.js';
import { createClient, type PostgresLocation } from '../../../src/store/postgres/connect.js';
import { parseStoreUrl } from '../../../src/store/url.js';
import { systemClock } from '../../../src/time.js';
import { usePostgres } from '../../support/postgres.js';
import { until } from '../../support/until.js';

const postgres = usePostgres();
const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(() => {
  for (const { server, sockets } of servers.splice(0)) {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  }
});

/** Passes everything on, until the client says something that has `word` in it. */
async function silentAt(word: string) {
  let isDumb = true;
  let wasSilent = false;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(postgres.port(), '127.0.0.1');
    sockets.add(near).add(far);
    let silent = false;
    near.on('data', (bytes) => {
      silent ||= isDumb && bytes.includes(word);
      wasSilent ||= silent;
      if (!silent) far.write(bytes);
    });
    far.on('data', (bytes) => void (silent || near.write(bytes)));
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    isSilent: () => wasSilent,
    /** To those who connect from now on. */
    speak: () => void (isDumb = false),
  };
}

describe('a server that takes a connection and does not answer what it is told', () => {
  test('ends the start, which says so', async () => {
    const url = new URL(postgres.fresh());
    url.port = String((await silentAt('set_config')).port);
    const store = openStore(url.href, { clock: systemClock, log: silentLog });
    await expect(store).rejects.toThrow('does not answer in time');
  });

  test('does not keep the connection that hears of revocations from being made again', async () => {
    const server = await silentAt('set_config');
    const location = parseStoreUrl(postgres.fresh()) as PostgresLocation;
    const url = new URL(location.url);
    url.port = String(server.port);
    const changes = createChanges({ ...location, url: url.href }, silentLog, Math.random);
    const heard: unknown[] = [];
    changes.listen((change) => void heard.push(change));
    await until(() => server.isSilent());
    server.speak();
    await until(() => heard.length > 0);
    await changes.close();
    expect(heard).toEqual(['all']);
  });
});

test('a connection on which nothing is said asks within half a minute whether the other end is there', async () => {
  const asked = jest.spyOn(Socket.prototype, 'setKeepAlive');
  const location = parseStoreUrl(postgres.fresh()) as PostgresLocation;
  const client = createClient(location);
  await client.connect();
  await client.end();
  expect(asked.mock.calls).toEqual([[true, 30_000]]);
  asked.mockRestore();
});
