import { afterEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { spawnTs, type Child } from '../support/child.js';
import { useFolder } from '../support/folder.js';

const folder = useFolder();
const main = new URL('../../src/cli/main.ts', import.meta.url);
const isLinux = process.platform === 'linux';

/** V8 lets the young generation grow to 32 MiB before Node 24, and to 64 or 128 from then on. */
const MOST = Number.parseInt(process.versions.node, 10) < 24 ? 50 : 85;

const CONNECTIONS = 600;
const LANES = 32;

const requestOf = (query: string): string => {
  const body = JSON.stringify({ query });
  return [
    'POST /graphql HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
};
const SAME = requestOf('{ __typename }');

let server: Child;
let files = 0;
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
const ask = (socket: Socket, request: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    socket.once('data', resolve).once('error', reject);
    socket.write(request);
  });

/** What is resident and not of a file, in MiB. */
function memory(): number {
  const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

async function start(): Promise<number> {
  server = spawnTs(main, ['serve', '--port', '0', '--log-level', 'warn'], {
    env: {
      NODE_ENV: 'production',
      GATEHOUSE_DATABASE: folder(`${files++}.db`),
      JWT_SECRET_KEY: 'a secret of at least thirty-two bytes',
    },
  });
  await server.seen(/Listening on \S+\s/);
  return Number(/Listening on \S+:(\d+)\//.exec(server.stdout())?.[1]);
}

/** The most memory while so many requests come, in MiB. */
async function flood(port: number, count: number, request: (n: number) => string): Promise<number> {
  let sent = 0;
  let peak = 0;
  const lane = async (socket: Socket): Promise<void> => {
    while (sent < count) {
      if (++sent % 100 === 0) peak = Math.max(peak, memory());
      await ask(socket, request(sent));
    }
  };
  await Promise.all(Array.from({ length: LANES }, () => lane(open(port))));
  return peak;
}

(isLinux ? describe : describe.skip)('the memory of a server', () => {
  test('is not that of all later requests after many connections that came at once', async () => {
    const port = await start();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => ask(open(port), SAME)));
    const before = memory();
    // Some 2 more; 75 where V8 guesses what lives long.
    expect((await flood(port, 20_000, () => SAME)) - before).toBeLessThan(40);
  });

  test('is little more for documents that come once each', async () => {
    const port = await start();
    const steady = await flood(port, 10_000, () => SAME);
    const once = (n: number): string =>
      requestOf(`query Q${n} { a${n}: __typename b: __typename }`);
    // Some 35; 60 where V8 waits until the heap is four times as large.
    expect((await flood(port, 12_000, once)) - steady).toBeLessThan(MOST);
  });
});
