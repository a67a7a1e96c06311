import { describe, expect, test } from '@jest/globals';
import { createHandler } from 'graphql-http';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { silentLog, type AuthRequest } from '../../src/index.js';
import { embedded, ownApi, signup } from './support.js';

/** A request of Node as its parser makes it. */
function message(rawHeaders: string[], address = '192.0.2.7'): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: address });
  const request = new IncomingMessage(socket);
  request.rawHeaders = rawHeaders;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    request.headers[(rawHeaders[at] as string).toLowerCase()] ??= rawHeaders[at + 1];
  }
  return request;
}

const withToken = (token: string): [name: string, request: AuthRequest][] => {
  const authorization = `Bearer ${token}`;
  const node = message(['Authorization', authorization]);
  return [
    ['a request of Node', node],
    ['one that Fastify or graphql-http carries', { raw: node }],
    ['a Fetch Request', new Request('http://api.example/', { headers: { authorization } })],
    ['a record in any spelling', { headers: { AUTHORIZATION: authorization } }],
    ['a record of lists', { headers: { authorization: [authorization] } }],
    [
      'a socket of graphql-ws',
      { connectionParams: { authorization }, extra: { request: message([]) } },
    ],
    ['the upgrade of such a socket', { extra: { request: node } }],
  ];
};

describe('auth.context', () => {
  test('finds the viewer in every kind of request', async () => {
    const auth = embedded();
    const token = await signup(auth, ownApi(auth).schema);
    for (const [name, request] of withToken(token)) {
      const { credential } = await auth.context(request);
      expect([name, credential.kind]).toEqual([name, 'valid']);
    }
  });

  test('is what graphql-http takes for a context, by its type as well', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const handle = createHandler({
      schema,
      context: ({ headers }) => auth.context({ headers: headers as Record<string, string> }),
    });
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const body = { query: '{ me { id } }' };
    const request = { method: 'POST', url: '/', headers, body, raw: null, context: null };
    expect((await handle(request))[0]).toBe('{"data":{"me":null}}');
  });

  test('counts several Authorization headers wherever the request can show them', async () => {
    const auth = embedded();
    const token = await signup(auth, ownApi(auth).schema);
    const twice = [`Bearer ${token}`, `Bearer ${token}`] as const;
    const headers = new Headers();
    for (const value of twice) headers.append('authorization', value);
    const requests: AuthRequest[] = [
      message(['Authorization', twice[0], 'authorization', twice[1]]),
      { headers },
      { headers: { authorization: twice } },
      { headers: { Authorization: twice[0], authorization: twice[1] } },
      {
        connectionParams: { Authorization: twice[0] },
        extra: { request: message(['Authorization', twice[1]]) },
      },
    ];
    for (const request of requests) {
      const { credential } = await auth.context(request);
      expect(credential).toEqual({ kind: 'rejected', reason: 'TOKEN_MALFORMED' });
    }
  });

  test('takes the address from the socket, and from a proxy as far as it is trusted', async () => {
    const forwarded = message(['X-Forwarded-For', '203.0.113.9'], '::ffff:192.0.2.7');
    expect((await embedded().context(forwarded)).origin.address).toBe('192.0.2.7');
    const trusting = embedded({ trustProxy: 1 });
    expect((await trusting.context(forwarded)).origin.address).toBe('203.0.113.9');
    const told = { headers: { 'User-Agent': 'ours' }, address: '198.51.100.4' };
    expect((await trusting.context(told)).origin).toEqual({
      address: '198.51.100.4',
      userAgent: 'ours',
    });
  });

  test('warns once where nobody can tell the callers apart', async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_: object, text: string) => void warnings.push(text) };
    const auth = embedded({ log });
    await auth.context({ headers: {} });
    await auth.context({ headers: {} });
    expect(warnings).toEqual([expect.stringContaining('Pass the request of Node')]);
  });

  test.each([[undefined], [null], ['Bearer x'], [{}], [{ header: {} }], [{ extra: {} }]])(
    '%j is no request',
    (request) => {
      const auth = embedded();
      expect(() => auth.context(request as unknown as AuthRequest)).toThrow(
        /^auth\.context\(request\) expects a request of Node/,
      );
    },
  );
});
