import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { describe, expect, test } from '@jest/globals';
import { cacheExchange, createClient as createUrql, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { createClient as createSocketClient } from 'graphql-ws';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { WebSocket } from 'ws';
import { createAuthLink } from '../../src/client/adapters/apollo.js';
import { authSocket } from '../../src/client/adapters/graphqlWs.js';
import { useSession } from '../../src/client/adapters/react.js';
import { authExchange } from '../../src/client/adapters/urql.js';
import { createAuthClient } from '../../src/client/index.js';
import { socketServer } from '../socket/runningServer.js';
import { until } from '../support/until.js';
import { hidden } from './hidden.js';
import { loggedIn, passwords, someone, type Tab, type World } from './world.js';

type Query = (tab: Tab, query: string) => Promise<any>;

const clients: [string, Query][] = [
  [
    'Apollo Client',
    async (tab, query) => {
      const apollo = new ApolloClient({ link: createAuthLink(tab), cache: new InMemoryCache() });
      const { data } = query.startsWith('mutation')
        ? await apollo.mutate({ mutation: gql(query) })
        : await apollo.query({ query: gql(query) });
      return data;
    },
  ],
  [
    'urql',
    async (tab, query) => {
      const exchanges = [cacheExchange, authExchange(tab), fetchExchange];
      const urql = createUrql({ url: tab.url, exchanges, preferGetMethod: false });
      const { data, error } = query.startsWith('mutation')
        ? await urql.mutation(query, {}).toPromise()
        : await urql.query(query, {}).toPromise();
      if (error) throw error;
      return data;
    },
  ],
  [
    'graphql-request',
    (tab, query) => new GraphQLClient(tab.url, { fetch: tab.fetch }).request(query),
  ],
];

describe.each(clients)('%s', (_, run) => {
  test('sends the token, and renews it when due', async () => {
    const { w, tab, email } = await loggedIn();
    expect(await run(tab, '{ me { email } }')).toMatchObject({ me: { email } });
    w.clock.advance(400);
    expect(await run(tab, '{ me { email } }')).toMatchObject({ me: { email } });
    expect(w.sent.filter(({ code }) => code !== '')).toEqual([]);
    expect(w.count('refreshToken')).toBe(1);
  });

  test('does not see that its grants had changed, in a query or a mutation', async () => {
    const { w, tab, email } = await loggedIn();
    await w.makeStale(tab.session?.user.id as string);
    expect(await run(tab, '{ me { email } }')).toMatchObject({ me: { email } });
    await w.makeStale(tab.session?.user.id as string);
    expect(await run(tab, 'mutation { revokeOtherSessions }')).toMatchObject({
      revokeOtherSessions: 0,
    });
  });
});

describe('graphql-ws', () => {
  async function subscribed() {
    const api = await socketServer();
    const client = createAuthClient({ url: api.url, clock: api.clock });
    const { email, password } = someone();
    await client.signup({ email, password });
    const opened: string[] = [];
    const socket = createSocketClient({
      url: api.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      ...authSocket(client),
      retryWait: () => Promise.resolve(),
      on: { closed: (event) => opened.push((event as { reason: string }).reason) },
    });
    const seen: unknown[] = [];
    const ended = new Promise<unknown>((resolve) =>
      socket.subscribe(
        { query: 'subscription { diary }' },
        {
          next: ({ data }) => void seen.push(data?.['diary']),
          error: resolve,
          complete: () => resolve('complete'),
        },
      ),
    );
    await api.events.listening(1);
    let isOver = false;
    void ended.then(() => (isOver = true));
    /** Tells it until it is heard, by whatever connection there is by then, or the subscription has ended. */
    const heard = (value: number) =>
      until(() => {
        api.events.emit(value);
        return isOver || seen.includes(value);
      });
    return { api, client, socket, seen, ended, opened, heard };
  }

  test('connects again with a new token when the old one has ended, and when the grants have changed', async () => {
    const { api, client, opened, socket, heard } = await subscribed();
    const first = await client.getAccessToken();
    api.clock.advance(400);
    await until(() => opened.length === 1);
    await heard(1);
    expect(await client.getAccessToken()).not.toBe(first);
    await api.auth.services.userChanged(client.session?.user.id as string);
    await until(() => opened.length === 2);
    await heard(2);
    expect(opened).toEqual(['TOKEN_EXPIRED', 'TOKEN_STALE']);
    await socket.dispose();
    await client.dispose();
  });

  test('goes on with the new session when the password is changed', async () => {
    for (let isLost = true; isLost;) {
      const { client, ended, opened, socket, heard } = await subscribed();
      expect(await client.changePassword(passwords)).toMatchObject({ ok: true });
      const end = ended.then(() => true);
      // Now and then the socket is closed before the answer is here: then its subscriptions end.
      isLost = await Promise.race([end, until(() => opened.length === 1).then(() => false)]);
      if (!isLost) await heard(1);
      isLost = await Promise.race([end, Promise.resolve(false)]);
      expect([opened, client.session]).toEqual([['TOKEN_REVOKED'], expect.anything()]);
      await socket.dispose();
      await client.dispose();
    }
  });

  test('ends the session with its subscriptions when it was revoked', async () => {
    const { api, client, ended, opened, socket } = await subscribed();
    const id = client.session?.user.id as string;
    await api.auth.services.store.revokeSessions({ by: 'user', userId: id }, 'logout', {
      event: 'logout',
      actorId: id,
      userId: id,
      origin: { address: '127.0.0.1', userAgent: null },
    });
    await ended;
    await until(() => client.session === null);
    expect([client.endReason, opened]).toEqual(['TOKEN_REVOKED', ['TOKEN_REVOKED']]);
    await socket.dispose();
    await client.dispose();
  });
});

/** A socket opens while no token can be renewed; afterwards one can. */
async function saysNothingOffline(w: World, open: () => Promise<unknown>): Promise<void> {
  w.fault = () => Promise.reject(new TypeError('offline'));
  const said: unknown[] = [];
  void open().then((params) => said.push(params));
  await w.pass(10);
  expect(said).toEqual([]);
  w.fault = null;
  await w.pass(60);
}

describe('a socket', () => {
  const closed = (reason: string) => ({ code: 4403, reason });

  test('with cookies, what is said against the session before a changed password is not held against the new one', async () => {
    const { tab, count } = await hidden();
    const { connectionParams, shouldRetry } = authSocket(tab);
    const open = connectionParams as () => Promise<unknown>;
    expect(await open()).toEqual({});
    expect(await tab.changePassword(passwords)).toMatchObject({ ok: true });
    expect(shouldRetry(closed('TOKEN_REVOKED'))).toBe(true);
    expect(await open()).toEqual({});
    expect(tab.session).toBeTruthy();
    expect(count.refreshes).toBe(0);
    // Of the new one it counts.
    expect(shouldRetry(closed('TOKEN_REVOKED'))).toBe(false);
    await new Promise(setImmediate);
    expect([tab.session, tab.endReason]).toEqual([null, 'TOKEN_REVOKED']);
  });

  test('with cookies, an access token that ends costs one refresh, whoever makes it', async () => {
    const { w, tab, count } = await hidden();
    const { connectionParams, shouldRetry } = authSocket(tab);
    const open = connectionParams as () => Promise<unknown>;
    await open();
    await w.pass(275);
    expect(count.refreshes).toBe(1);
    expect(shouldRetry(closed('TOKEN_EXPIRED'))).toBe(true);
    await open();
    expect(count.refreshes).toBe(1);
    // The cookies that left with this upgrade had ended: it is refused, whatever was renewed meanwhile.
    w.clock.advance(400);
    await open();
    expect(shouldRetry(closed('TOKEN_EXPIRED'))).toBe(true);
    await open();
    expect(count.refreshes).toBe(2);
  });

  test('says nothing, rather than that it is nobody, while the token of who is logged in cannot be renewed', async () => {
    const { w } = await loggedIn();
    w.clock.advance(400);
    const open = authSocket(w.tab()).connectionParams as () => Promise<unknown>;
    await saysNothingOffline(w, open);
    // The server has closed it (4408), and graphql-ws tries again.
    expect(await open()).toEqual({ Authorization: expect.stringMatching(/^Bearer e/) });
  });
});

test('a socket says nothing, rather than that it is who was here before, while a token cannot be renewed', async () => {
  const { w, tab } = await loggedIn();
  const open = authSocket(tab).connectionParams as () => Promise<unknown>;
  const first = await open();
  await tab.logout();
  await tab.signup(someone());
  w.clock.advance(400);
  await saysNothingOffline(w, open);
  expect(await open()).not.toEqual(first);
});

test('a fetch of one’s own is no option of the link', async () => {
  const { tab } = await loggedIn();
  // @ts-expect-error It would not be called: it is an option of `createAuthClient`.
  createAuthLink(tab, { fetch });
});

test('useSession renders on the server what is not known yet', async () => {
  const { tab } = await loggedIn();
  const Page = () => createElement('p', null, useSession(tab) === undefined ? 'loading' : 'known');
  expect(renderToString(createElement(Page))).toBe('<p>loading</p>');
});
