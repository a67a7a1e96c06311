import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until.js';
import { contextOf, start } from './testServer.js';

const requestOf = (query: string): string => {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};

const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

/** The server's end of the next connection. */
const serverSide = () =>
  new Promise<Socket>((resolve) => {
    const hear = (message: unknown): void => {
      unsubscribe('net.server.socket', hear);
      resolve((message as { socket: Socket }).socket);
    };
    subscribe('net.server.socket', hear);
  });

/** A server some of whose answers are large, or slow. */
async function large(silence = 500) {
  const schema = makeExecutableSchema({
    typeDefs: 'type Query { large: String small(n: Int): Int slow: Int }',
    resolvers: {
      Query: {
        large: () => 'x'.repeat(300_000),
        small: (_: unknown, { n }: { n: number }) => n,
        slow: () => sleep(3 * silence, 1),
      },
    },
  });
  return start({ schema, context: contextOf, times: { silence } });
}

describe('requests that come without waiting for answers', () => {
  test('are answered in their order, whatever pieces they come in', async () => {
    const { port } = await large();
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const all = Array.from({ length: 1000 }, (_, n) => requestOf(`{ small(n: ${n}) }`)).join('');
    for (let at = 0; at < all.length; at += 7001) {
      socket.write(all.slice(at, at + 7001));
      if (at % 3 === 0) await new Promise(setImmediate);
    }
    await until(() => text.split('"small":').length === 1001);
    const order = [...text.matchAll(/"small":(\d+)/g)].map(([, n]) => Number(n));
    expect(order).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    // And the connection goes on.
    socket.write(requestOf('{ small(n: 7) }'));
    await until(() => text.split('"small":').length === 1002);
    socket.destroy();
  });
});

test('a connection whose peer neither reads nor sends is cut', async () => {
  const { port } = await large();
  const accepted = serverSide();
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => undefined);
  socket.write(requestOf('{ large }').repeat(200));
  await closed(await accepted);
  socket.resume();
  await closed(socket);
});

test('one whose peer reads late, and then waits for a slow answer, is not', async () => {
  const { port } = await large(1000);
  const socket = connect(port, '127.0.0.1').pause();
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.pause();
  socket.write(requestOf('{ large }').repeat(40));
  await sleep(400);
  socket.write(requestOf('{ slow }'));
  socket.resume();
  await until(() => text.includes('"slow":1'));
  socket.destroy();
});
