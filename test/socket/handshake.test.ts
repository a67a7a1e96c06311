import { describe, expect, test } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { defaultDocumentLimits } from '../../src/limits/limits.js';
import { collect } from '../support/collect.js';
import { until } from '../support/until.js';
import { socketServer } from './runningServer.js';

/** What a server answers to bytes on one connection, until it closes it or has answered `until`. */
function answerTo(url: string, bytes: string, until = /\r\n\r\n[^]*\}\n$/): Promise<string> {
  const { port, hostname } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connectTcp(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (data) => {
      answer += data.toString();
      if (until.test(answer)) socket.destroy();
    });
    socket.once('close', () => resolve(answer)).once('error', reject);
  });
}

const key = 'dGhlIHNhbXBsZSBub25jZQ==';

const handshake = (changes: Record<string, string | null> = {}, target = '/graphql'): string => {
  const { method = 'GET', ...headers } = changes;
  const all = {
    Host: 'api.example.com',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Protocol': 'graphql-transport-ws',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return `${[`${method} ${target} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
};

const never = /(?!)/;
const statusOf = (answer: string): number => Number(answer.split(' ')[1]);

describe('a handshake', () => {
  test('at the path of the endpoint speaks graphql-transport-ws', async () => {
    const { url } = await socketServer();
    const answer = await answerTo(url, handshake({}, '/graphql?a=1'), /\r\n\r\n/);
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).toMatch(/\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n/);
  });

  test.each([
    [404, 'another path', handshake({}, '/other')],
    [404, 'a path that begins the same', handshake({}, '/graphqlx')],
    [400, 'another subprotocol', handshake({ 'Sec-WebSocket-Protocol': 'graphql-ws' })],
    [400, 'no subprotocol', handshake({ 'Sec-WebSocket-Protocol': null })],
    [400, 'HTTP/1.0', handshake().replace('HTTP/1.1', 'HTTP/1.0')],
    [400, 'no host', handshake({ Host: null })],
    [400, 'two hosts', handshake({ Host: 'a\r\nHost: b' })],
    [400, 'no key', handshake({ 'Sec-WebSocket-Key': null })],
    [426, 'another version', handshake({ 'Sec-WebSocket-Version': '8' })],
    [405, 'another method', handshake({ method: 'POST' })],
    [403, 'a foreign origin', handshake({ Origin: 'https://evil.example' })],
    [
      403,
      'a foreign origin with a cookie',
      handshake({ Origin: 'https://evil.example', Cookie: 'a=1' }),
    ],
    [403, 'an opaque origin', handshake({ Origin: 'null' })],
    [
      403,
      'an origin that only begins like the own',
      handshake({ Origin: 'https://api.example.com.evil.example' }),
    ],
    [403, 'the own host on another port', handshake({ Origin: 'https://api.example.com:8443' })],
    [403, 'two origins', handshake({ Origin: 'https://app.example.com, https://evil.example' })],
    [403, 'an origin of another scheme', handshake({ Origin: 'file://api.example.com' })],
  ])('is answered %i for %s, and the connection closed', async (status, _, bytes) => {
    const { url } = await socketServer();
    const answer = await answerTo(url, bytes, never);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect(answer).toMatch(/\r\nx-request-id: \S+\r\n/i);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] as string).errors).toHaveLength(1);
  });

  test.each([
    ['none', {}],
    ['the own host', { Origin: 'https://api.example.com' }],
    [
      'the own host with the port of its scheme',
      { Origin: 'http://api.example.com', Host: 'api.example.com:80' },
    ],
    ['one that is listed', { Origin: 'https://app.example.com' }],
  ])('is taken with the origin: %s', async (_, headers) => {
    const { url } = await socketServer();
    expect(statusOf(await answerTo(url, handshake(headers), /\r\n\r\n/))).toBe(101);
  });

  test('without options for sockets is no handshake, but a request', async () => {
    const { url } = await socketServer({ sockets: undefined as never });
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    const status = await new Promise((resolve) => {
      socket.on('error', () => undefined);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(400);
  });
});

describe('a connection that is kept', () => {
  const body = JSON.stringify({ query: '{ open }' });
  const post = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  /** One that is open, with what each request on it is answered. */
  function kept(url: string) {
    const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
    const say = async (bytes: string): Promise<string> => {
      socket.write(bytes);
      return String((await once(socket, 'data'))[0]);
    };
    return { say, close: () => socket.destroy() };
  }

  test('is upgraded when what was asked before has been answered', async () => {
    const { url } = await socketServer();
    const { say, close } = kept(url);
    for (let n = 0; n < 3; n++) expect(statusOf(await say(post))).toBe(200);
    expect(statusOf(await say(handshake()))).toBe(101);
    close();
  });

  test('keeps nothing of what was asked on it', async () => {
    const { url } = await socketServer();
    const seen: WeakRef<object>[] = [];
    const hear = (message: unknown): void => {
      const { request, response } = message as Record<'request' | 'response', object>;
      seen.push(new WeakRef(request), new WeakRef(response));
    };
    subscribe('http.server.request.start', hear);
    const { say, close } = kept(url);
    expect(statusOf(await say(post))).toBe(200);
    unsubscribe('http.server.request.start', hear);
    await pause(10);
    collect();
    expect(seen.map((one) => one.deref())).toEqual([undefined, undefined]);
    close();
  });
});

describe('a request that asks for HTTP/2 and can do without', () => {
  const upgrade =
    'Host: api.example.com\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n';

  const body = JSON.stringify({ query: '{ open }' });
  const post = `POST /graphql HTTP/1.1\r\n${upgrade}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  test('is answered as HTTP/1.1, its body too, and the connection ends with it', async () => {
    const { url } = await socketServer();
    const answer = await answerTo(url, post, never);
    expect([statusOf(answer), answer]).toEqual([
      200,
      expect.stringContaining('{"data":{"open":"open"}}'),
    ]);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });

  test.each([2, 100])(
    '%i of them in one go end their connection, and no stop waits for it',
    async (count) => {
      const { url, server } = await socketServer();
      const answer = await answerTo(url, post.repeat(count), never);
      expect(answer.split('HTTP/1.1 200').length - 1).toBeLessThanOrEqual(1);
      const begun = performance.now();
      await server.stop();
      expect(performance.now() - begun).toBeLessThan(3000);
    },
  );

  test('one that comes while an earlier answer is being written ends the connection', async () => {
    const { url } = await socketServer();
    const plain = post.replace(upgrade, 'Host: api.example.com\r\n');
    const answer = await answerTo(url, `${plain}${post}`, never);
    expect(answer.split('HTTP/1.1 200').length - 1).toBeLessThanOrEqual(2);
  });
});

test.each([
  ['of a length', 'Content-Length: 2\r\n', '{}'],
  ['in chunks', 'Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'],
])('a handshake with a body %s opens no socket', async (_, header, body) => {
  const { url } = await socketServer();
  const asked = handshake().replace(/\r\n$/, `${header}\r\n${body}`);
  expect(statusOf(await answerTo(url, asked))).toBe(400);
});

test('nothing more is read from a peer that does not read what it is answered', async () => {
  const { url } = await socketServer({
    limits: { ...defaultDocumentLimits, maxBodySize: 100_000 },
    // On a busy machine it takes longer than a peer may be silent.
    times: { socketInit: 600_000, socketPing: 600_000 },
  });
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  await once(socket, 'open');
  let isOpen = true;
  socket.once('close', () => (isOpen = false));
  socket.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { filler: 'x'.repeat(50_000) } });
  const COUNT = 2400;
  let taken = 0;
  const sending = (async () => {
    for (; taken < COUNT; taken++) await new Promise((resolve) => socket.send(ping, resolve));
  })();
  for (let before = -1; before !== taken; await pause(500)) before = taken;
  // The kernel may hold 70 of these 120 MB; what it does not take, nobody has read.
  expect(taken).toBeLessThan((COUNT * 3) / 4);
  let pongs = 0;
  socket.on('message', () => (pongs += 1));
  socket.resume();
  await sending;
  await until(() => pongs === COUNT || !isOpen);
  expect([pongs, isOpen]).toEqual([COUNT, true]);
  socket.close();
});

test('a message that only servers send closes the socket with 4400', async () => {
  const { url } = await socketServer();
  for (const type of ['next', 'error', 'connection_ack']) {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    const message = { type, id: '1', payload: type === 'error' ? [{ message: 'x' }] : {} };
    socket.send(JSON.stringify(message));
    expect((await once(socket, 'close'))[0]).toBe(4400);
  }
});
