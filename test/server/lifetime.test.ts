import { describe, expect, jest, test } from '@jest/globals';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { defaultTimes } from '../../src/server/options.js';
import { counter, ask, holdSlow, start } from './testServer.js';

const quick = { headers: 150, request: 300, check: 50 };

/** Opens a socket, writes, and tells how long the server let it live and what it said. */
function lifeOf(port: number, text: string, drip?: string): Promise<{ ms: number; said: string }> {
  const start = performance.now();
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text));
    const timer = setInterval(() => drip !== undefined && socket.write(drip), 40);
    let said = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearInterval(timer);
      resolve({ ms: performance.now() - start, said });
    });
  });
}

const readiness = async (url: string): Promise<[number, unknown]> => {
  const response = await fetch(new URL('/readyz', url));
  return [response.status, await response.json()];
};

describe('slow requests', () => {
  test('live 15 s at most by default', () => {
    expect(defaultTimes.headers + defaultTimes.check).toBeLessThanOrEqual(15_000);
    expect(defaultTimes.request + defaultTimes.check).toBeLessThanOrEqual(15_000);
  });

  test('that never finish their headers are cut', async () => {
    const { port } = await start({ times: quick });
    const { ms, said } = await lifeOf(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n', 'X-A: b\r\n');
    expect(said).toMatch(/^HTTP\/1.1 408 /);
    expect(ms).toBeLessThan(2000);
  });

  test('that never finish their body are cut', async () => {
    const { port } = await start({ times: quick });
    const head =
      'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n';
    const { ms, said } = await lifeOf(port, head, ' ');
    expect(said).toMatch(/^HTTP\/1.1 408 /);
    expect(ms).toBeLessThan(2000);
  });

  test('that say nothing are cut', async () => {
    const { port } = await start({ times: quick });
    expect((await lifeOf(port, '')).ms).toBeLessThan(2000);
  });

  test('headers above 16 KiB are refused', async () => {
    const { port } = await start();
    const { said } = await lifeOf(
      port,
      `GET /healthz HTTP/1.1\r\nA: ${'x'.repeat(17_000)}\r\n\r\n`,
    );
    expect(said).toMatch(/^HTTP\/1.1 431 /);
  });
});

describe('what is sent behind a request whose answer ends the connection is not begun:', () => {
  const post = (body: string, headers = '') =>
    `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
  const count = post('{"query":"mutation { count }"}');

  test('in a stop', async () => {
    const server = await start({ times: { drain: 300 } });
    const stopped = server.stop();
    const before = counter.value;
    const { said } = await lifeOf(server.port, count.repeat(3));
    expect(said.match(/HTTP\/1.1 200/g)).toHaveLength(1);
    expect(counter.value - before).toBe(1);
    await stopped;
  });

  test('a body that is too large', async () => {
    const { port } = await start();
    const before = counter.value;
    const { said } = await lifeOf(port, `${post('x'.repeat(2_000_000))}${count}`);
    expect(said).toMatch(/^HTTP\/1.1 413 /);
    expect(counter.value).toBe(before);
  });

  test('an upgrade that nobody offers', async () => {
    const { port } = await start();
    const before = counter.value;
    const upgrade = post(
      '{"query":"mutation { count }"}',
      'Connection: upgrade\r\nUpgrade: h2c\r\n',
    );
    const { said } = await lifeOf(port, `${upgrade}${count}`);
    expect(said.match(/HTTP\/1.1 200/g)).toHaveLength(1);
    expect(counter.value - before).toBe(1);
  });
});

describe('health', () => {
  test('/healthz says that the process lives, whatever the store does', async () => {
    const { url } = await start({
      readiness: () => {
        throw new Error('down');
      },
    });
    const response = await fetch(new URL('/healthz', url));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  test('/readyz is ready while the store answers', async () => {
    const { url } = await start({ readiness: () => Promise.resolve() });
    expect(await readiness(url)).toEqual([200, { status: 'ready' }]);
  });

  test('/readyz names the store that is down', async () => {
    const { url } = await start({ readiness: () => Promise.reject(new Error('secret path')) });
    const down = { status: 'unavailable', checks: { store: 'down' } };
    expect(await readiness(url)).toEqual([503, down]);
  });
});

describe('a stop', () => {
  test('tells /readyz, finishes what is under way, then closes', async () => {
    const hold = holdSlow();
    let stopped = 0;
    const server = await start({ onStop: () => void (stopped += 1), times: { drain: 300 } });
    const answer = ask(server.url, '{ slow }');
    await hold.reached;
    const done = server.stop();
    expect(await readiness(server.url)).toEqual([503, { status: 'stopping' }]);
    expect((await fetch(new URL('/healthz', server.url))).headers.get('connection')).toBe('close');
    expect(stopped).toBe(0);
    hold.release();
    expect((await answer).body).toEqual({ data: { slow: 'done' } });
    await done;
    await server.stop();
    expect(stopped).toBe(1);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test('goes on telling for a while, though nothing is under way', async () => {
    const server = await start({ times: { drain: 300 } });
    const done = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await readiness(server.url)).toEqual([503, { status: 'stopping' }]);
    await done;
  });

  test('answers a request on a connection which was accepted before, and cuts those that stay silent', async () => {
    const server = await start({ times: { linger: 500 } });
    const early = lifeOf(server.port, '');
    const socket = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await ask(server.url, '{ ping }');
    const stopped = server.stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const said = new Promise<string>((resolve) => {
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket.on('error', () => resolve(text)).on('close', () => resolve(text));
    });
    socket.write('GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await said).toMatch(/^HTTP\/1.1 503 [^]*"stopping"/);
    await stopped;
    expect((await early).ms).toBeLessThan(6000);
  });

  test('answers all who have connected when the port closes, though nobody has accepted them yet', async () => {
    const server = await start({ times: { linger: 2000 } });
    const stopped = server.stop();
    const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => lifeOf(server.port, request)),
    );
    expect(answers.filter(({ said }) => !said.startsWith('HTTP/1.1 200 '))).toEqual([]);
    await stopped;
  });

  test('does not wait for idle connections', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true });
    await new Promise<void>((resolve) => {
      request({ port: server.port, path: '/healthz', agent }, (response) => {
        response.resume().once('end', resolve);
      }).end();
    });
    const begun = performance.now();
    await server.stop();
    expect(performance.now() - begun).toBeLessThan(4000);
    agent.destroy();
  });

  test('is over soon under a load that never ends, and finishes what is under way', async () => {
    const server = await start({ times: { drain: 200, linger: 100 } });
    let answered = 0;
    const client = async (): Promise<void> => {
      for (let isOver = false; !isOver;) {
        await fetch(new URL('/healthz', server.url), { headers: { connection: 'close' } }).then(
          () => (answered += 1),
          () => (isOver = true),
        );
      }
    };
    const clients = Array.from({ length: 10 }, client);
    const hold = holdSlow();
    // Asked before the stop, on a connection that is kept.
    const slow = ask(server.url, '{ slow }');
    await hold.reached;
    const begun = performance.now();
    const stopped = server.stop();
    setTimeout(hold.release, 600);
    expect((await slow).body).toEqual({ data: { slow: 'done' } });
    await Promise.all([stopped, ...clients]);
    expect(performance.now() - begun).toBeLessThan(8000);
    expect(answered).toBeGreaterThan(10);
  });

  test('waits so long and no longer', async () => {
    const hold = holdSlow();
    const server = await start({ times: { stop: 200 } });
    const answer = ask(server.url, '{ slow }');
    const failed = expect(answer).rejects.toThrow();
    await hold.reached;
    await server.stop();
    await failed;
    hold.release();
  });
});

test('a port that is taken rejects the start, says which, and leaves no timer', async () => {
  const { port } = await start();
  const set = jest.spyOn(globalThis, 'setInterval');
  const clear = jest.spyOn(globalThis, 'clearInterval');
  await expect(start({ port })).rejects.toThrow(
    `EADDRINUSE: address already in use 127.0.0.1:${port}`,
  );
  // Those that wait for it hear of it in the next turn.
  await new Promise(setImmediate);
  const ended = clear.mock.calls.map(([timer]) => timer);
  expect(set.mock.results.filter(({ value }) => !ended.includes(value as never))).toEqual([]);
  jest.restoreAllMocks();
});
