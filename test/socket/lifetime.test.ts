import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore, silentLog, systemClock, type Store } from '../../src/index.js';
import { testClock } from '../support/clock.js';
import { run, bearer as requestOf } from '../library/support.js';
import { bearer, connect, connected, type TestClient } from './client.js';
import { socketApi, type SocketApi } from './support.js';

/** Subscribed, and listening. */
async function subscribed(api: SocketApi, field: string, token?: string): Promise<TestClient> {
  const client = await connected(api.url, token === undefined ? null : bearer(token));
  client.send({ id: field, type: 'subscribe', payload: { query: `subscription { ${field} }` } });
  return client;
}

const closedWithin = (client: TestClient, milliseconds: number) =>
  Promise.race([client.closed, delay(milliseconds, 'still open', { ref: false })]);

describe('a subscription', () => {
  test('brings events to a good token', async () => {
    const api = await socketApi();
    const client = await subscribed(api, 'diary', api.token);
    await api.events.listening(1);
    api.events.emit(1);
    expect(await client.next()).toMatchObject({ type: 'next', payload: { data: { diary: 1 } } });
    expect(api.seen).toEqual([expect.any(String)]);
  });

  test('that is not allowed is denied with its code, and its source is never asked', async () => {
    const api = await socketApi();
    const nobody = await subscribed(api, 'diary');
    expect((await nobody.next()).payload.errors[0].extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_MISSING',
      coordinate: 'Subscription.diary',
    });
    expect(await nobody.next()).toEqual({ id: 'diary', type: 'complete' });
    const poor = await subscribed(api, 'orders', api.token);
    expect((await poor.next()).payload.errors[0].extensions).toMatchObject({
      code: 'FORBIDDEN',
      missing: ['orders:read'],
    });
    expect(api.events.listeners).toBe(0);
  });

  test('asks for what its variables supply, at each event too', async () => {
    const api = await socketApi();
    const query = 'subscription($by: In) { guardedLater(by: $by) { text mine } }';
    const nobody = await connected(api.url);
    const denied = await nobody.ask(query, { variables: { by: { secret: 1 } } });
    expect(denied.payload.errors[0].extensions.coordinate).toBe('In.secret');
    await nobody.next();
    nobody.send({ id: 'n', type: 'subscribe', payload: { query, variables: { by: {} } } });
    await api.events.listening(1);
    api.events.emit(4);
    const { payload } = await nobody.next();
    expect(payload.data.guardedLater).toEqual({ text: 4, mine: null });
    expect(payload.errors[0].path).toEqual(['guardedLater', 'mine']);
  });

  test.each(['continue', 'reject'] as const)(
    'delivers no event after its session was revoked, and closes with 4403 at once: onInvalidToken %s',
    async (onInvalidToken) => {
      const api = await socketApi({ onInvalidToken });
      const client = await subscribed(api, 'diary', api.token);
      await api.events.listening(1);
      const ended = run(
        api.auth,
        api.schema,
        'mutation { logout { revokedSessions } }',
        requestOf(api.token),
      );
      expect((await ended).data.logout.revokedSessions).toBe(1);
      api.events.emit(1);
      expect(await closedWithin(client, 300)).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
      expect(api.seen).toEqual([]);
      await api.events.listening(0);
    },
  );
});

describe('a socket on which nothing happens', () => {
  const sessionEnds: [string, string, (api: SocketApi, userId: string) => Promise<unknown>][] = [
    [
      'a logout',
      'TOKEN_REVOKED',
      ({ auth, schema, token }) =>
        run(auth, schema, 'mutation { logout { revokedSessions } }', requestOf(token)),
    ],
    [
      'a changed role',
      'TOKEN_STALE',
      ({ auth }, userId) =>
        auth.services.store.setUserRoles(
          { userId, roles: ['admin'], expectedChangeNumber: null },
          { event: 'user_roles_set', actorId: null, userId },
        ),
    ],
    [
      'a disabled account',
      'USER_DISABLED',
      ({ auth }, userId) =>
        auth.services.store.disableUser(
          { userId, expectedChangeNumber: null },
          {
            event: 'user_disabled',
            actorId: null,
            userId,
          },
        ),
    ],
  ];
  test.each(sessionEnds)('is closed by itself after %s: %s', async (_, reason, end) => {
    const api = await socketApi();
    const { data } = await run(api.auth, api.schema, '{ me { id } }', requestOf(api.token));
    const sockets = [
      await connected(api.url, bearer(api.token)),
      await connected(api.url, bearer(api.token)),
    ];
    const other = await connected(api.url);
    await end(api, data.me.id);
    for (const socket of sockets) {
      expect(await closedWithin(socket, 3000)).toEqual({ code: 4403, reason });
    }
    expect(other.socket.readyState).toBe(other.socket.OPEN);
  });

  test('is closed when its token expires, and a new token opens another', async () => {
    const api = await socketApi({ jwt: { expirationDelta: 2 } });
    const login = await run(
      api.auth,
      api.schema,
      'mutation { login(input: { email: "ann@example.com", password: "a long sentence is fine" }) { accessToken refreshToken } }',
    );
    const { accessToken, refreshToken } = login.data.login;
    const client = await connected(api.url, bearer(accessToken));
    const { exp } = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());
    expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
    expect(Date.now() - exp * 1000).toBeLessThan(5000);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    const late = await connect(api.url, bearer(accessToken));
    expect(await late.closed).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
    const { data } = await run(
      api.auth,
      api.schema,
      `mutation { refreshToken(input: { refreshToken: "${refreshToken}" }) { accessToken } }`,
    );
    const again = await connected(api.url, bearer(data.refreshToken.accessToken));
    expect((await again.ask('{ me { email } }')).payload.data.me.email).toBe('ann@example.com');
  });

  test('is judged by the clock that was given', async () => {
    const clock = testClock();
    const api = await socketApi({ clock });
    const client = await connected(api.url, bearer(api.token));
    expect(await closedWithin(client, 1100)).toBe('still open');
    clock.advance(301);
    expect(await closedWithin(client, 3000)).toEqual({ code: 4403, reason: 'TOKEN_EXPIRED' });
  });
});

test('a socket that is gone is asked about no more, though a subscription of it never ends', async () => {
  const store = await openStore(':memory:', { clock: systemClock, log: silentLog });
  let reads = 0;
  const counting: Store = Object.create(store, {
    sessionState: {
      value: (id: string) => {
        reads += 1;
        return store.sessionState(id);
      },
    },
  });
  const api = await socketApi({ store: counting });
  const client = await connected(api.url, bearer(api.token));
  client.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { stuck }' } });
  await delay(1100);
  expect(reads).toBeGreaterThan(2);
  client.socket.terminate();
  await delay(100);
  reads = 0;
  await delay(1100);
  expect(reads).toBe(0);
  await store.close();
});

test('a socket that has been ended runs nothing that is still sent to it', async () => {
  const api = await socketApi();
  const client = await connected(api.url, bearer(api.token));
  client.socket.pause();
  await run(api.auth, api.schema, 'mutation { logout { revokedSessions } }', requestOf(api.token));
  client.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { news }' } });
  client.send({ id: '2', type: 'subscribe', payload: { query: 'subscription { news }' } });
  await delay(100);
  client.socket.resume();
  expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
  expect(api.events.listeners).toBe(0);
});
