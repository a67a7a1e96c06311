import { describe, expect, test } from '@jest/globals';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { configFromCode } from '../../src/config.js';
import { startNode } from '../../src/cli/serveNode.js';
import { defaultDocumentLimits } from '../../src/limits/limits.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { bearer, connect, connected } from './client.js';
import { socketServer } from './runningServer.js';

describe('the server', () => {
  test('answers queries, mutations and subscriptions over a socket', async () => {
    const api = await socketServer();
    const { url, events } = api;
    const { accessToken } = await api.signup();
    const client = await connected(url, bearer(accessToken));
    expect((await client.ask('{ me { email } }')).payload.data.me.email).toBe('ann@example.com');
    await client.next();
    const { payload } = await client.ask('mutation { revokeOtherSessions }');
    expect(payload.data).toEqual({ revokeOtherSessions: 0 });
    await client.next();
    client.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { diary }' } });
    await events.listening(1);
    events.emit(7);
    expect((await client.next()).payload.data).toEqual({ diary: 7 });
  });

  test('closes the socket of a session that has ended, and keeps nothing of it', async () => {
    const api = await socketServer();
    const { url, auth, watch, events } = api;
    const { accessToken } = await api.signup();
    const client = await connected(url, bearer(accessToken));
    client.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { diary }' } });
    await events.listening(1);
    expect([watch.size, watch.timers]).toEqual([1, 2]);
    await auth.services.logout({ refreshToken: null, accessToken, allSessions: false } as never);
    expect(await client.closed).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
    await events.listening(0);
    expect([watch.size, watch.timers]).toEqual([0, 0]);
  });

  test('keeps nothing of a socket that its client has left', async () => {
    const api = await socketServer();
    const { url, watch, events } = api;
    const { accessToken } = await api.signup();
    for (const leave of ['close', 'terminate'] as const) {
      const client = await connected(url, bearer(accessToken));
      client.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { diary }' } });
      await events.listening(1);
      client.socket[leave]();
      await events.listening(0);
      expect([watch.size, watch.timers]).toEqual([0, 0]);
    }
  });

  test('closes a socket that sends more than maxBodySize in one message with 1009', async () => {
    const { url } = await socketServer();
    const client = await connected(url);
    client.send({
      id: 'a',
      type: 'subscribe',
      payload: { query: `{ open } #${'x'.repeat(5000)}` },
    });
    expect((await client.closed).code).toBe(1009);
  });

  test('closes a socket whose message comes in thousands of pieces with 1008', async () => {
    const limits = { ...defaultDocumentLimits, maxBodySize: 100_000 };
    const { url } = await socketServer({ limits });
    const inFrames = await connected(url);
    for (let count = 0; count < 5000; count++) inFrames.socket.send('', { fin: false });
    expect((await inFrames.closed).code).toBe(1008);
    const inBytes = await connected(url);
    const wire = (inBytes.socket as unknown as { _socket: Socket })._socket;
    // One frame of 50,000 bytes, masked by nothing.
    wire.write(Buffer.from([0x81, 0xfe, 50_000 >> 8, 50_000 & 255, 0, 0, 0, 0]));
    for (let count = 0; count < 30_000 && !wire.destroyed; count++) {
      wire.write('x');
      await new Promise(setImmediate);
    }
    expect((await inBytes.closed).code).toBe(1008);
  });

  test('hears each of a thousand messages that come in one piece, and others in between', async () => {
    const { url } = await socketServer();
    const [many, other] = [await connected(url), await connected(url)];
    for (let count = 0; count < 1000; count++) many.send({ type: 'ping' });
    expect((await other.ask('{ open }')).payload.data).toEqual({ open: 'open' });
    for (let count = 0; count < 1000; count++) expect((await many.next()).type).toBe('pong');
    expect((await many.ask('{ open }')).payload.data).toEqual({ open: 'open' });
  });

  test('closes a socket that says nothing with 4408', async () => {
    const { url } = await socketServer({ times: { socketInit: 50 } });
    expect((await (await connect(url)).closed).code).toBe(4408);
  });

  test('closes a socket whose ping nobody can answer with 4400, and calls it no error', async () => {
    const lines: string[] = [];
    const note = (_details: object, line: string) => void lines.push(line);
    const log = { ...silentLog, error: note };
    const limits = { ...defaultDocumentLimits, maxBodySize: 1024 ** 2 };
    const { url } = await socketServer({ log, limits });
    const client = await connected(url);
    const depth = 100_000;
    client.socket.send(
      `{"type":"ping","payload":${'{"a":'.repeat(depth)}1${'}'.repeat(depth + 1)}`,
    );
    expect((await client.closed).code).toBe(4400);
    expect(lines).toEqual([]);
  });

  test('closes a socket that breaks the protocol: 4400, 4401, 4429', async () => {
    const { url } = await socketServer();
    const wild = await connect(url);
    wild.socket.send('{');
    const early = await connect(url);
    early.send({ id: '1', type: 'subscribe', payload: { query: '{ open }' } });
    const twice = await connected(url);
    twice.send({ type: 'connection_init' });
    const codes = [wild, early, twice].map(async ({ closed }) => (await closed).code);
    expect(await Promise.all(codes)).toEqual([4400, 4401, 4429]);
  });

  test('pings, and cuts a socket that does not answer', async () => {
    const { url } = await socketServer({ times: { socketPing: 50 } });
    const mute = await connect(url, {}, { autoPong: false });
    const live = await connected(url);
    expect((await mute.closed).code).toBe(1006);
    await delay(120);
    expect(live.socket.readyState).toBe(live.socket.OPEN);
  });

  test('cuts a socket that sends pongs without end, and lets one every now and then pass', async () => {
    const { url } = await socketServer({ times: { socketPing: 100 } });
    const [calm, wild] = [await connected(url), await connected(url)];
    for (let count = 0; count < 3; count++) {
      for (let pong = 0; pong < 50; pong++) calm.socket.pong();
      await delay(120);
    }
    expect(calm.socket.readyState).toBe(calm.socket.OPEN);
    for (let pong = 0; pong < 5000; pong++) wild.socket.pong();
    const ended = await Promise.race([wild.closed, delay(2000, 'still open', { ref: false })]);
    expect(ended).toMatchObject({ code: 1006 });
    expect((await calm.ask('{ open }')).payload.data).toEqual({ open: 'open' });
  });

  test('masks what breaks, and logs no password', async () => {
    const lines: object[] = [];
    const note = (details: object, message: string) => void lines.push({ ...details, message });
    const log = { debug: note, info: note, warn: note, error: note };
    const { url } = await socketServer({ log });
    const client = await connected(url);
    const query = 'query($password: String) { crash(password: $password) }';
    const { payload } = await client.ask(query, { variables: { password: 'hunter2hunter2' } });
    const { code, requestId } = payload.errors[0].extensions;
    expect(code).toBe('INTERNAL_SERVER_ERROR');
    expect(lines).toContainEqual(expect.objectContaining({ requestId }));
    const wrong = await client.next().then(() =>
      client.ask('query($password: Int) { crash(password: $password) }', {
        variables: { password: 'hunter2hunter2' },
      }),
    );
    expect(wrong.type).toBe('error');
    expect(JSON.stringify([lines, wrong])).not.toContain('hunter2');
  });

  test('logs a line for each socket, and for each handshake that it refuses', async () => {
    const lines: any[] = [];
    const note = (details: object, message: string) => void lines.push({ ...details, message });
    const log = { debug: note, info: note, warn: note, error: note };
    const { url } = await socketServer({ log });
    const client = await connected(url);
    client.socket.close(1000);
    await client.closed;
    await connect(url.replace('/graphql', '/other')).catch(() => undefined);
    await delay(20);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'socket', path: '/graphql', closeCode: 1000 }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ message: 'request', status: 404 }));
  });
});

describe('stop()', () => {
  test('closes sockets with 1001, those with a query under way when it is answered', async () => {
    const { url, server, release, events } = await socketServer();
    const [idle, subscribed, busy] = [
      await connected(url),
      await connected(url),
      await connected(url),
    ];
    subscribed.send({ id: 's', type: 'subscribe', payload: { query: 'subscription { news }' } });
    await events.listening(1);
    const answer = busy.ask('{ slow }');
    await delay(30);
    const stopped = server.stop();
    expect([(await idle.closed).code, (await subscribed.closed).code]).toEqual([1001, 1001]);
    expect(busy.socket.readyState).toBe(busy.socket.OPEN);
    release();
    expect((await answer).payload.data).toEqual({ slow: 'done' });
    expect((await busy.closed).code).toBe(1001);
    await stopped;
  });

  test('cuts what does not end in time', async () => {
    const { url, server } = await socketServer({ times: { stop: 100 } });
    const busy = await connected(url);
    void busy.ask('{ slow }');
    await delay(30);
    await server.stop();
    expect((await busy.closed).code).toBe(1006);
  });

  test('refuses handshakes while it drains', async () => {
    const { url, server } = await socketServer({ times: { drain: 200 } });
    const stopped = server.stop();
    await expect(connect(url)).rejects.toThrow('503');
    await stopped;
  });
});

test('gatehouse serve takes sockets', async () => {
  const settings = { database: ':memory:', port: 0, explorer: false };
  const config = configFromCode('test', { code: settings, env: {}, readFile: () => '' });
  const node = await startNode(config, silentLog, systemClock);
  try {
    const client = await connected(node.server.url);
    const { payload } = await client.ask(
      'mutation { signup(input: { email: "ann@example.com", password: "a long sentence is fine" }) { user { email } } }',
    );
    expect(payload.data.signup.user.email).toBe('ann@example.com');
    const revoked = await connect(node.server.url, bearer('nonsense'));
    expect(await revoked.closed).toEqual({ code: 4403, reason: 'TOKEN_MALFORMED' });
  } finally {
    await node.stop();
  }
});
