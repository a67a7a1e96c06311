import { describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { defaultDocumentLimits } from '../../src/limits/limits.js';
import { ask, counter, post, raw, start } from './testServer.js';

const ping = JSON.stringify({ query: '{ ping }' });

const rawPost = (headers: string[], body = ping): string =>
  [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    body,
  ].join('\r\n');

describe('a body', () => {
  test.each([
    ['broken JSON', '{"query":', 400],
    ['nothing', '', 400],
    ['JSON that is no object', '"{ ping }"', 400],
    ['null', 'null', 400],
    ['an empty object', '{}', 400],
    ['a batch', `[${ping},${ping}]`, 400],
    ['an empty batch', '[]', 400],
  ])('of %s is refused with JSON', async (_name, body, status) => {
    const { url } = await start();
    const answer = await post(url, body);
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].extensions.code).toBe('BAD_REQUEST');
    expect(answer.headers.get('content-type')).toContain('application/json');
  });

  test('of broken UTF-8 is refused, not mended', async () => {
    const { url } = await start();
    const broken = Buffer.from('{"query":"{ ping(text: \\"\xff\\") }"}', 'latin1');
    expect((await post(url, broken)).status).toBe(400);
  });

  test.each(['ASCII\u007f', 'é', '\u0080', 'Ā', 'Grüße 🏛️'])('of %j comes back so', async (t) => {
    const { url } = await start();
    const { body } = await ask(url, 'query($t: String) { ping(text: $t) }', { t });
    expect(body.data.ping).toBe(t);
  });

  test('that is compressed is refused with 415 and never inflated', async () => {
    const { url } = await start();
    const answer = await post(url, gzipSync(ping), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
    expect(answer.headers.get('accept-encoding')).toBe('identity');
  });

  test('in a transfer coding of more than chunks is refused with 501', async () => {
    const { port } = await start();
    const part = `${ping.length.toString(16)}\r\n${ping}\r\n0\r\n\r\n`;
    const answer = await raw(
      port,
      `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${part}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 501 /);
    expect(answer).not.toContain('pong');
  });

  test('in chunks is read whole', async () => {
    const { port } = await start();
    const chunks = ['{"query":', '"{ ping }"', '}'].map(
      (part) => `${part.length.toString(16)}\r\n${part}\r\n`,
    );
    const answer = await raw(
      port,
      `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*"pong"/);
  });

  test('as large as allowed passes, one byte more is 413', async () => {
    const { url } = await start();
    const filled = (size: number) => ping.slice(0, -1).padEnd(size - 1, ' ') + '}';
    expect((await post(url, filled(1024 ** 2))).status).toBe(200);
    const answer = await post(url, filled(1024 ** 2 + 1));
    expect(answer.status).toBe(413);
    expect(answer.body.errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  test('too large in chunks without a length is 413 too', async () => {
    const { url } = await start({ limits: { ...defaultDocumentLimits, maxBodySize: 1000 } });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let count = 0; count < 50; count += 1) controller.enqueue(new Uint8Array(100));
        controller.close();
      },
    });
    const init = {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    };
    const response = await fetch(url, init as RequestInit);
    expect(response.status).toBe(413);
  });
});

describe('the type of a body', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;Charset="UTF-8"',
    'application/json;charset=utf8',
    'application/json; profile=x',
  ])('may be %s', async (type) => {
    const { url } = await start();
    expect((await post(url, ping, { 'content-type': type })).status).toBe(200);
  });

  test.each([
    'application/xml',
    'application/json, text/plain',
    'application/json; charset=latin1',
    'application/json; charset=utf-8; charset=utf-16',
    'application/jsonp',
    'json',
  ])('is refused when it is %s', async (type) => {
    const { url } = await start();
    expect((await post(url, ping, { 'content-type': type })).status).toBe(415);
  });

  test('named twice is refused', async () => {
    const { port } = await start();
    const answer = await raw(
      port,
      rawPost(['Content-Type: application/json', 'Content-Type: text/plain']),
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'that any page can send (%s) runs nothing',
    async (type) => {
      const { url } = await start();
      const before = counter.value;
      const answer = await post(url, JSON.stringify({ query: 'mutation { count }' }), {
        'content-type': type,
      });
      expect(answer.status).toBe(400);
      expect(counter.value).toBe(before);
    },
  );
});

describe('a method or a path', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('%s is 405', async (method) => {
    const { url } = await start();
    const response = await fetch(url, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  test('nobody knows is 404, in JSON', async () => {
    const { url } = await start();
    const response = await fetch(new URL('/nothing', url));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [{ message: 'There is nothing here.', extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test('a route of the caller answers JSON', async () => {
    const headers = { 'cache-control': 'max-age=5' };
    const routes = {
      '/.well-known/jwks.json': () => ({ status: 200, headers, body: { keys: [] } }),
    };
    const { url } = await start({ routes });
    const response = await fetch(new URL('/.well-known/jwks.json', url));
    expect(response.headers.get('cache-control')).toBe('max-age=5');
    expect(await response.json()).toEqual({ keys: [] });
    expect((await fetch(new URL('/.well-known/jwks.json', url), { method: 'POST' })).status).toBe(
      405,
    );
  });

  test('a GET runs queries and no mutation', async () => {
    const { url } = await start();
    const headers = { 'apollo-require-preflight': 'yes' };
    const query = await fetch(`${url}?query={ping}`, { headers });
    expect(await query.json()).toEqual({ data: { ping: 'pong' } });
    const before = counter.value;
    const mutation = await fetch(`${url}?query=mutation{count}`, { headers });
    expect(mutation.status).toBe(405);
    expect(mutation.headers.get('allow')).toBe('POST');
    expect(counter.value).toBe(before);
  });

  test('a GET that any page can send is refused', async () => {
    const { url } = await start();
    expect((await fetch(`${url}?query={ping}`)).status).toBe(400);
  });

  test('limits hold for a GET too', async () => {
    const { url } = await start();
    const query = encodeURIComponent(`{${'me '.repeat(21)}}`);
    const response = await fetch(`${url}?query=${query}`);
    expect(response.status).toBe(400);
    const body = (await response.json()) as { errors: { extensions: object }[] };
    expect(body.errors[0]?.extensions).toMatchObject({ limit: 'maxRootFields', count: 21 });
  });

  test('a mutation whose answer the client would not take does not run', async () => {
    const { url } = await start();
    const before = counter.value;
    const answer = await ask(url, 'mutation { count }', undefined, { accept: 'text/csv' });
    expect(answer.status).toBe(406);
    expect(counter.value).toBe(before);
  });

  test('cookies of the context reach the answer, each in a header of its own', async () => {
    const { url } = await start();
    const { headers } = await ask(url, '{ ping }', undefined, { 'x-cookie': 'yes' });
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

describe('other origins', () => {
  test('get no header at all unless they are named', async () => {
    const { url } = await start();
    const answer = await ask(url, '{ ping }', undefined, { origin: 'https://evil.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('that are named may send credentials; others may not', async () => {
    const { url } = await start({ corsOrigins: ['https://app.example.com'] });
    const preflight = (origin: string) =>
      fetch(url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,authorization',
        },
      });
    const allowed = await preflight('https://app.example.com');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type,authorization');
    expect(allowed.headers.get('x-request-id')).toBeTruthy();
    expect(allowed.headers.get('x-content-type-options')).toBe('nosniff');
    const answer = await ask(url, '{ ping }', undefined, { origin: 'https://app.example.com' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(answer.headers.get('x-request-id')).toMatch(/^[^,]+$/);
    const refused = await preflight('https://evil.example');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });
});
