import { expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { heapUsed } from '../support/collect.js';
import { until } from '../support/until.js';
import { start } from './testServer.js';

const PIECES = 200_000;

test('a body in pieces of one byte takes no more than its bytes', async () => {
  const { port } = await start();
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const before = heapUsed();
  await new Promise<void>((resolve) => socket.write('1\r\na\r\n'.repeat(PIECES), () => resolve()));
  await until(() => socket.writableLength === 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const grown = (heapUsed() - before) / 2 ** 20;
  socket.destroy();
  expect(grown).toBeLessThan(8);
});
