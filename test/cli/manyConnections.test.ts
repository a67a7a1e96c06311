import { afterEach, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { spawnTs, type Child } from '../support/child.js';
import { useFolder } from '../support/folder.js';

const folder = useFolder();
const main = new URL('../../src/cli/main.ts', import.meta.url);
const isLinux = process.platform === 'linux';

const CONNECTIONS = 600;
const LANES = 32;
const REQUESTS = 20_000;
const BODY = JSON.stringify({ query: '{ __typename }' });
const REQUEST = [
  'POST /graphql HTTP/1.1',
  'Host: 127.0.0.1',
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n');

let server: Child;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.process.kill('SIGKILL');
  await server.exited;
});

function open(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  sockets.push(socket);
  return socket;
}

/** Each answer comes in one piece: it is small, and nothing else is on its connection. */
const ask = (socket: Socket): Promise<unknown> =>
  new Promise((resolve, reject) => {
    socket.once('data', resolve).once('error', reject);
    socket.write(REQUEST);
  });

/** What is resident and not of a file, in MiB. */
function memory(): number {
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

(isLinux ? test : test.skip)(
  'many connections that come at once do not make all later requests live until a full collection',
  async () => {
    server = spawnTs(main, ['serve', '--port', '0', '--log-level', 'warn'], {
      env: {
        NODE_ENV: 'production',
        GATEHOUSE_DATABASE: folder('gatehouse.db'),
        JWT_SECRET_KEY: 'a secret of at least thirty-two bytes',
      },
    });
    await server.seen(/Listening on \S+\s/);
    const port = Number(/Listening on \S+:(\d+)\//.exec(server.stdout())?.[1]);
    await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(open(port))));
    const lanes = Array.from({ length: LANES }, () => open(port));
    let sent = 0;
    let most = 0;
    const before = memory();
    await Promise.all(
      lanes.map(async (lane) => {
        while (sent < REQUESTS) {
          if (++sent % 200 === 0) most = Math.max(most, memory());
          await ask(lane);
        }
      }),
    );
    // Some 2; 75 where V8 guesses what lives long.
    expect(most - before).toBeLessThan(45);
  },
  120_000,
);
