import { describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { createLog } from '../../src/server/log.js';
import { ask, start } from './testServer.js';

/** What a server says to these bytes, until it closes the connection. */
function say(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    socket.on('error', () => undefined).once('close', () => resolve(said));
  });
}

function posting(query: string, headers = '', target = '/graphql'): string {
  const body = JSON.stringify({ query });
  return `POST ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;
}

describe('a request that two readers could read in two ways', () => {
  test.each([
    ['a folded header', 'X-A: b\r\n c\r\n'],
    ['a length and chunks', 'Transfer-Encoding: chunked\r\n'],
    ['two lengths', 'Content-Length: 4\r\n'],
    ['an unknown transfer coding', 'Transfer-Encoding: xchunked\r\n'],
    ['a blank before the colon', 'X-A : b\r\n'],
    ['two hosts', 'host: b\r\n'],
    ['two content types', 'Content-Type: text/plain\r\n'],
  ])('%s is refused with 400', async (_name, headers) => {
    const { port } = await start();
    expect(await say(port, posting('{ ping }', headers))).toMatch(/^HTTP\/1.1 400 /);
  });

  test('a coded body in HTTP/1.0 is the last thing that is read of its connection', async () => {
    const { port } = await start();
    const body = JSON.stringify({ query: '{ ping }' });
    const coded = `POST /graphql HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    const said = await say(port, coded + posting('{ ping }'));
    expect(said.match(/^HTTP\/1.1 \d+/gm)).toEqual(['HTTP/1.1 200']);
    expect(said).toContain('\r\nconnection: close\r\n');
  });

  test('no header is dropped, however many come before it', async () => {
    const { port } = await start({ trustProxy: 1 });
    const headers = `${'a:\r\n'.repeat(2500)}X-Forwarded-For: 203.0.113.9\r\n`;
    expect(await say(port, posting('{ address }', headers))).toContain('203.0.113.9');
  });
});

describe('the target of a request', () => {
  test.each(['http://elsewhere.example/graphql', 'HTTP://a/graphql?x', '/graphql?x'])(
    '%s is the endpoint',
    async (target) => {
      const { port } = await start();
      expect(await say(port, posting('{ ping }', '', target))).toContain('"pong"');
    },
  );

  test.each(['/graphql/', '//graphql', '/a/../graphql', '/a/%2e%2e/graphql', 'http://a', '*'])(
    '%s is nothing',
    async (target) => {
      const { port } = await start();
      expect(await say(port, posting('{ ping }', '', target))).toMatch(/^HTTP\/1.1 404 /);
    },
  );
});

test('a request to upgrade is answered', async () => {
  const { port } = await start({ times: { keepAlive: 1 } });
  const upgrade =
    'Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  expect(await say(port, `GET /graphql HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`)).toMatch(
    /^HTTP\/1.1 400 /,
  );
});

describe('names in JSON that JavaScript knows', () => {
  test.each([
    '{"__proto__":{"query":"{ ping }"}}',
    '{"query":"query a { ping }","operationName":"__proto__"}',
    '{"query":"{ ping }","operationName":{"a":1}}',
    '{"query":["{ ping }"]}',
    '{"query":{"toString":1}}',
    '{"query":"mutation($i: LoginInput!) { login(input: $i) { accessToken } }","variables":{"i":{"email":"a","__proto__":{"password":"correct horse"}}}}',
  ])('%s is refused and taints nothing', async (body) => {
    const { url } = await start();
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('"data":{');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('the log of what a caller makes up', () => {
  const secret = 'Sup3rSecret-xyz';
  async function logged(query: string, path = '', more: Record<string, unknown> = {}) {
    const lines: string[] = [];
    const { url } = await start({
      log: createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } }),
    });
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${secret}` },
      body: JSON.stringify({ query, ...more }),
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    return lines.join('');
  }
  const login = (input: string) => `mutation { login(input: ${input}) { accessToken } }`;

  test.each<[string, string, string?, Record<string, unknown>?]>([
    ['a syntax error behind a password', login(`{ password: "${secret}", }}`)],
    ['a syntax error in a password', login(`{ password: "${secret}`)],
    ['a password where an object should be', login(`"${secret}"`)],
    ['a password of an unknown name', login(`{ email: "a", passwort: "${secret}" }`)],
    ['an unknown operation', 'query a { ping }', '', { operationName: secret }],
    [
      'a variable of a wrong type',
      'query($n: Int) { ping(n: $n) }',
      '',
      { variables: { n: secret } },
    ],
    ['a query string', '{ ping }', `?password=${secret}`],
    ['a path', '{ ping }', `/login/${secret}`],
    ['a path below that of the explorer', '{ ping }', `/explorer/${secret}`],
    ['a field', `{ ${secret.replace('-', '_')} }`],
  ])('holds no secret after %s', async (_name, query, path = '', more = {}) => {
    const text = await logged(query, path, more);
    expect(text).toContain('"msg":"request"');
    expect(text).not.toContain('Sup3rSecret');
  });

  test('holds no more than a hundred characters of a name or a path', async () => {
    expect(await logged(`query ${'a'.repeat(5000)} { ping }`)).not.toContain('a'.repeat(101));
    expect(await logged('{ ping }', `/../${'a'.repeat(5000)}`)).not.toContain('a'.repeat(101));
  });

  test('has one line for one request, whatever its id', async () => {
    const { url } = await start({ trustProxy: 1 });
    const { headers } = await ask(url, '{ ping }', undefined, { 'x-request-id': '"}{"level":"x' });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
