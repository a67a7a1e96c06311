import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { createHash } from 'node:crypto';
import { AuthError } from '../../src/errors.js';
import { createLog } from '../../src/server/log.js';
import { StoreUnavailableError } from '../../src/store/store.js';
import { ask, start } from './testServer.js';

/** A log whose lines can be read. */
function readableLog() {
  const lines: string[] = [];
  const log = createLog({
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  });
  const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, lines, parsed };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('an unexpected error', () => {
  test('leaves as INTERNAL_SERVER_ERROR with the request id and nothing else', async () => {
    const { log, parsed } = readableLog();
    const { url } = await start({ log });
    const { status, body, headers } = await ask(url, '{ ping crash(text: "x") }');
    const requestId = headers.get('x-request-id');
    expect(status).toBe(200);
    expect(body.data).toEqual({ ping: 'pong', crash: null });
    expect(body.errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        locations: [{ line: 1, column: 8 }],
        path: ['crash'],
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
      },
    ]);
    const logged = parsed().find(({ level }) => level === 'error');
    expect(logged).toMatchObject({
      requestId,
      err: { message: 'disk on fire near x', cause: { message: 'because of x' } },
    });
    expect((logged?.['err'] as { stack: string }).stack).toContain('testServer');
  });

  test('of graphql-js is masked too', async () => {
    const { url } = await start();
    const { body } = await ask(url, '{ nonNull }');
    expect(body.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(body)).not.toContain('non-nullable');
  });

  test('while the context is built is masked, under the id of its request', async () => {
    const { log, lines } = readableLog();
    const { url } = await start({ log });
    const { status, body, headers } = await ask(url, '{ ping }', undefined, bearer('crash'));
    expect(status).toBe(500);
    expect(body.errors[0].extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      requestId: headers.get('x-request-id'),
    });
    expect(JSON.stringify(body)).not.toContain('exploded');
    expect(lines.join()).toContain('context exploded');
  });
});

describe('an error outside of all resolvers', () => {
  test.each(['application/json', 'application/json, text/plain;q=0.5'])(
    'is logged under the id that the caller is told (Accept: %s)',
    async (accept) => {
      const { log, parsed } = readableLog();
      const broken = () =>
        Object.defineProperty({ viewer: null }, 'trap', {
          enumerable: true,
          get: () => {
            throw new Error('the context cannot be copied');
          },
        });
      const { url } = await start({ log, context: broken as never });
      const { status, body, headers } = await ask(url, '{ ping }', undefined, { accept });
      const requestId = headers.get('x-request-id');
      expect(status).toBe(500);
      expect(body.errors).toEqual([
        {
          message: 'Something went wrong on our side.',
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
        },
      ]);
      const logged = parsed().filter(({ level }) => level === 'error');
      expect(logged).toMatchObject([
        { requestId, err: { message: 'the context cannot be copied' } },
      ]);
    },
  );
});

describe('an error thrown on purpose', () => {
  test('passes as it is', async () => {
    const { url } = await start();
    const { body } = await ask(url, '{ denied }');
    expect(body.errors[0]).toMatchObject({
      message: 'A policy denies this.',
      extensions: { code: 'FORBIDDEN', reason: 'POLICY_DENIED' },
    });
    expect(body.errors[0].extensions).not.toHaveProperty('stacktrace');
  });

  test.each([
    ['refused', 401, 'UNAUTHENTICATED'],
    ['http', 403, 'FORBIDDEN'],
    ['down', 503, 'SERVICE_UNAVAILABLE'],
  ])('by the context (%s) refuses the request with %i', async (token, status, code) => {
    const { url } = await start();
    const answer = await ask(url, '{ ping }', undefined, bearer(token));
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].extensions.code).toBe(code);
    expect(answer.body.errors[0].extensions).not.toHaveProperty('http');
    expect(answer.headers.get('x-why')).toBe(token === 'http' ? 'because' : null);
    expect(answer.headers.get('retry-after')).toBe(token === 'down' ? '1' : null);
  });

  test('a store that cannot answer is SERVICE_UNAVAILABLE, and does not say why', async () => {
    const { url } = await start();
    const { body } = await ask(url, '{ storeDown }');
    expect(body.errors[0].extensions).toEqual({ code: 'SERVICE_UNAVAILABLE', retryAfter: 7 });
    expect(JSON.stringify(body)).not.toContain('locked');
  });

  test('the codes of Apollo Server pass', async () => {
    const { url } = await start();
    const codeOf = async (query: string, variables?: object) =>
      (await ask(url, query, variables)).body.errors[0].extensions.code;
    expect(await codeOf('{')).toBe('GRAPHQL_PARSE_FAILED');
    expect(await codeOf('{ nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf('query($n: Int) { ping(n: $n) }', { n: 'x' })).toBe('BAD_USER_INPUT');
    expect(await codeOf('query A { ping } query B { ping }')).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  test('an operation of a type that the schema does not have is no fault of the server', async () => {
    const { url } = await start();
    const { status, body } = await ask(url, 'subscription { news }');
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors).toEqual([
      {
        message: 'The schema has no subscription.',
        extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
      },
    ]);
  });

  test('automatic persisted queries are off', async () => {
    const { url } = await start();
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ extensions }),
    });
    expect(await response.text()).toContain('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  test('persistedQueries: a hash stands for a query that was sent with it before, within the limits', async () => {
    const { url } = await start({ persistedQueries: true });
    const query = '{ ping }';
    const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
    const post = async (body: object) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as { data?: unknown; errors?: any[] };
    };
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    const codeOf = async (body: object) => (await post(body)).errors?.[0].extensions.code;
    expect(await codeOf({ extensions })).toBe('PERSISTED_QUERY_NOT_FOUND');
    // Another's hash keeps nothing under it.
    expect((await post({ query: '{ __typename }', extensions })).data).toBeUndefined();
    expect(await codeOf({ query: '{ __typename }', extensions })).toBe('BAD_REQUEST');
    const later = { persistedQuery: { version: 2, sha256Hash: hashOf(query) } };
    expect(await codeOf({ query, extensions: later })).toBe('BAD_REQUEST');
    expect(await codeOf({ extensions })).toBe('PERSISTED_QUERY_NOT_FOUND');
    for (const body of [{ query, extensions }, { extensions }, { query }, { extensions }]) {
      expect(await post(body)).toEqual({ data: { ping: 'pong' } });
    }
    const asked = new URLSearchParams({ extensions: JSON.stringify(extensions) });
    const got = await fetch(`${url}?${asked.toString()}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(await got.json()).toEqual({ data: { ping: 'pong' } });
    const big = `{ ${'ping '.repeat(6000)} }`;
    const tooBig = { persistedQuery: { version: 1, sha256Hash: hashOf(big) } };
    expect(await codeOf({ query: big, extensions: tooBig })).toBe('DOCUMENT_TOO_COMPLEX');
    expect(await codeOf({ extensions: tooBig })).toBe('PERSISTED_QUERY_NOT_FOUND');
  });
});

describe('the judge', () => {
  test('refuses an operation whole: 200, no data, nothing ran', async () => {
    const { url } = await start({
      judge: ({ operation, variables, context, schema, document }) => {
        expect([operation.operation, variables, context.viewer]).toEqual(['mutation', {}, null]);
        expect([schema.getQueryType()?.name, document.kind]).toEqual(['Query', 'Document']);
        return [new AuthError('UNAUTHENTICATED', { reason: 'TOKEN_EXPIRED', refreshable: true })];
      },
    });
    const { status, body } = await ask(url, 'mutation { count }');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: null,
      errors: [
        {
          message: 'The access token has expired.',
          extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED', refreshable: true },
        },
      ],
    });
  });

  test.each([
    ['an unexpected error', new Error('judge fell over'), 'INTERNAL_SERVER_ERROR'],
    ['a store that is down', new StoreUnavailableError('locked'), 'SERVICE_UNAVAILABLE'],
    [
      'an error on purpose',
      new GraphQLError('No.', { extensions: { code: 'X', http: { status: 418 } } }),
      'X',
    ],
  ])('has its errors masked as well: %s', async (_name, thrown, code) => {
    const { url } = await start({
      judge: () => {
        throw thrown;
      },
    });
    const { status, body } = await ask(url, '{ ping }');
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors[0].extensions.code).toBe(code);
    expect(JSON.stringify(body)).not.toMatch(/fell over|locked|\b418\b/);
  });

  test('is not asked about what is not valid, and may let pass', async () => {
    let asked = 0;
    const { url } = await start({
      judge: () => {
        asked += 1;
        return Promise.resolve(null);
      },
    });
    await ask(url, '{ nothing }');
    await ask(url, 'query A { ping } query B { ping }');
    expect(asked).toBe(0);
    expect((await ask(url, '{ ping }')).body).toEqual({ data: { ping: 'pong' } });
    expect(asked).toBe(1);
  });
});

describe('the log', () => {
  test('has one line a request, without its variables', async () => {
    const { log, parsed } = readableLog();
    const { url } = await start({ log, clock: { now: () => 5 } });
    const query = 'query Who($text: String) { ping(text: $text) denied }';
    const { headers } = await ask(url, query, { text: 'variable-value' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const lines = parsed().filter(({ msg }) => msg === 'request');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        requestId: headers.get('x-request-id'),
        method: 'POST',
        path: '/graphql',
        status: 200,
        ms: 0,
        address: '127.0.0.1',
        operationName: 'Who',
        codes: ['FORBIDDEN'],
      },
    ]);
  });

  test('names the user, and the refusals of HTTP', async () => {
    const { log, parsed } = readableLog();
    const { url } = await start({ log });
    const login =
      'mutation { login(input: {email: "a", password: "correct horse"}) { accessToken } }';
    const { body } = await ask(url, login);
    await ask(url, '{ me { id } }', undefined, bearer(body.data.login.accessToken));
    await fetch(new URL('/nothing', url));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(parsed().some(({ userId }) => userId === 'ada')).toBe(true);
    expect(
      parsed().some(({ status, codes }) => status === 404 && String(codes) === 'NOT_FOUND'),
    ).toBe(true);
  });

  test('never holds a token or a password, not even in the text of an error', async () => {
    const { log, lines } = readableLog();
    const { url } = await start({ log });
    const login =
      'mutation($e: String!, $p: String!) { login(input: {email: $e, password: $p}) { accessToken } }';
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';
    const headers = { ...bearer(token), cookie: 'auth_refresh=cookie-secret-value' };
    await ask(url, login, { e: 'ada@example.com', p: 'crash-and-tell' }, headers);
    await ask(
      url,
      'mutation { login(input: {email: "a", password: "crash-and-tell"}) { accessToken } }',
    );
    await ask(url, 'query($text: String) { crash(text: $text) }', { text: token }, headers);
    await ask(
      url,
      'query($text: String) { crash(text: $text) }',
      { text: 'cookie-secret-value' },
      headers,
    );
    log.info(
      { a: { newPassword: 'hunter22', list: [{ refreshToken: token }] } },
      `with Bearer ${token}`,
    );
    log.error({ err: new Error(`bad ${token}`, { cause: new Error(token) }), headers }, 'error');
    const text = lines.join('');
    expect(text).toContain('cannot hash [redacted]');
    for (const secret of [
      'crash-and-tell',
      'eyJ',
      'c2lnbmF0dXJl',
      'cookie-secret-value',
      'hunter22',
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  test('our own messages stay as they are, whatever word of them is the password', async () => {
    const { url } = await start();
    const login = (password: string) =>
      `mutation { login(input: { email: "a", password: "${password}" }) { accessToken } }`;
    const messages = ['wrong', 'password', 'The'].map(
      async (password) => (await ask(url, login(password))).body.errors[0].message,
    );
    expect(new Set(await Promise.all(messages))).toEqual(
      new Set(['The email or the password is wrong.']),
    );
  });

  test('messages of graphql-js do not repeat a password', async () => {
    const { url } = await start();
    const login = 'mutation($input: LoginInput!) { login(input: $input) { accessToken } }';
    const wrong = await ask(url, login, { input: { email: 'a', password: 98765432 } });
    const literal = await ask(
      url,
      'mutation { login(input: {email: "a", password: 98765432}) { accessToken } }',
    );
    expect(wrong.body.errors[0].message).toContain('[redacted]');
    expect(JSON.stringify([wrong.body, literal.body])).not.toContain('98765432');
  });

  test.each([
    'mutation { login(input: { email: "a", password: { a: "hunter22" } }) { accessToken } }',
    'mutation { login(input: { email: "a", password: ["hunter22"] }) { accessToken } }',
    'mutation { login(input: { email: "a", password: [[{ b: "hunter22" }]] }) { accessToken } }',
    'mutation { login(input: { email: ["a", { password: "hunter22" }], password: "x" }) { accessToken } }',
    'mutation ($password: Int = "hunter22") { login(input: { email: "a", password: $password }) { accessToken } }',
    'mutation ($p: Int = "hunter22") { login(input: { email: "a", password: $p }) { accessToken } }',
    'mutation ($i: LoginInput = { email: "a", password: ["hunter22"] }) { login(input: $i) { accessToken } }',
    'mutation ($token: [Int] = ["hunter22"]) { crash(text: $token) }',
    '{ crash(token: "x", text: { password: "hunter22" }) }',
    `mutation { a: crash(text: [${'1 '.repeat(1001)}]) login(input: { email: "a", password: ["hunter22"] }) { accessToken } }`,
    `mutation ($i: LoginInput = { email: "a", password: ["hunter22"] }) { ${Array.from({ length: 600 }, (_, at) => `a${at}: crash(text: 1, token: 2)`).join(' ')} login(input: $i) { accessToken } }`,
  ])('nor one that stands where no text may: %#', async (source) => {
    const { url } = await start();
    const { body } = await ask(url, source);
    expect(body.errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toContain('hunter22');
  });

  test('says nothing below its level', () => {
    const lines: string[] = [];
    const log = createLog({
      level: 'warn',
      destination: { write: (line) => void lines.push(line) },
    });
    log.info({}, 'quiet');
    log.warn({}, 'loud');
    expect(lines).toHaveLength(1);
  });
});
