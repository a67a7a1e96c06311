import { expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { run, bearer as requestOf } from '../library/support.js';
import { bearer, connected, type TestClient } from './client.js';
import { socketServer, type SocketServerApi } from './runningServer.js';
import { socketApi } from './support.js';

const LOGOUT = 'mutation { logout { revokedSessions } }';

const closings: [string, number, (api: SocketServerApi, client: TestClient) => unknown][] = [
  ['the server stops', 1001, ({ server }) => void server.stop()],
  ['its peer broke the protocol', 4429, (_, client) => client.send({ type: 'connection_init' })],
];

// The client of graphql-ws asks again after 1001: what had run unanswered would run twice.
test.each(closings)(
  'a socket that is closed because %s runs nothing more',
  async (_, code, close) => {
    const api = await socketServer({ times: { linger: 0 } });
    const { accessToken } = await api.signup();
    const client = await connected(api.url, bearer(accessToken));
    // The close is on its way to it, and it goes on.
    client.socket.pause();
    close(api, client);
    await delay(300);
    const payload = { query: 'mutation { logout { revokedSessions } }' };
    client.send({ id: '1', type: 'subscribe', payload });
    await delay(100);
    client.socket.resume();
    expect((await client.closed).code).toBe(code);
    const { data } = await api.run('{ session { id } }', { token: accessToken });
    expect(data.session).not.toBeNull();
  },
);

test('nor does one of an embedder', async () => {
  const api = await socketApi();
  const client = await connected(api.url, bearer(api.token));
  client.socket.pause();
  for (const socket of api.server.clients) socket.close(1001, 'Going away');
  client.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { news }' } });
  client.send({ id: '2', type: 'subscribe', payload: { query: LOGOUT } });
  await delay(100);
  expect(api.events.listeners).toBe(0);
  client.socket.resume();
  await client.closed;
  const { data } = await run(api.auth, api.schema, '{ session { id } }', requestOf(api.token));
  expect(data.session).not.toBeNull();
});
