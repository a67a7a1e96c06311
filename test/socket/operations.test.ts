import { describe, expect, test } from '@jest/globals';
import { heardLog } from '../settings/support.js';
import { bearer, connected } from './client.js';
import { socketApi } from './support.js';

describe('an operation over a socket', () => {
  test.each([
    ['maxDepth', { maxDepth: 1 }, '{ me { id } }'],
    ['maxTokens', { maxTokens: 3 }, '{ open a: open }'],
    ['maxAliases', { maxAliases: 1 }, '{ a: open b: open }'],
  ])('keeps to %s', async (limit, limits, query) => {
    const { url } = await socketApi(limits);
    const client = await connected(url);
    const { type, payload } = await client.ask(query);
    expect(type).toBe('error');
    expect(payload[0].extensions).toMatchObject({ code: 'DOCUMENT_TOO_COMPLEX', limit });
  });

  test('keeps to maxVariableDepth before anything else', async () => {
    const { url } = await socketApi({ maxVariableDepth: 2 });
    const client = await connected(url);
    const answer = await client.ask('no document', { variables: { a: [[[1]]] } });
    expect(answer.payload[0].extensions).toMatchObject({ limit: 'maxVariableDepth' });
  });

  test.each([
    ['GRAPHQL_PARSE_FAILED', '{', {}],
    ['GRAPHQL_VALIDATION_FAILED', '{ nothing }', {}],
    ['BAD_USER_INPUT', 'query($id: ID!) { user(id: $id) { id } }', {}],
    ['OPERATION_RESOLUTION_FAILURE', 'query A { open } query B { open }', {}],
    ['OPERATION_RESOLUTION_FAILURE', 'query A { open }', { operationName: 'C' }],
  ])('that is none is answered %s', async (code, query, more) => {
    const { url } = await socketApi();
    const client = await connected(url);
    const { type, payload } = await client.ask(query, more);
    expect([type, payload[0].extensions.code]).toEqual(['error', code]);
    expect((await client.ask('{ open }')).payload).toEqual({ data: { open: 'open' } });
  });

  test('has at most five errors of validation, and names to suggest only where they may be known', async () => {
    const query = `{ ${Array.from({ length: 8 }, (_, i) => `opn${i}`).join(' ')} opem }`;
    const answers = [];
    for (const filterIntrospection of [false, true]) {
      const { url } = await socketApi({ filterIntrospection });
      const client = await connected(url);
      expect((await client.ask(query)).payload).toHaveLength(5);
      answers.push((await client.ask('{ opem }')).payload[0].message);
    }
    expect(answers[0]).toContain('Did you mean');
    expect(answers[1]).not.toContain('Did you mean');
  });

  test('reads the schema only where introspection is on', async () => {
    const shown = await socketApi({ introspection: true });
    const hidden = await socketApi({ introspection: false });
    const query = '{ __schema { queryType { name } } }';
    const [open, closed] = [await connected(shown.url), await connected(hidden.url)];
    expect((await open.ask(query)).payload.data.__schema.queryType.name).toBe('Query');
    expect((await closed.ask(query)).payload[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('that breaks is masked, and the socket lives on', async () => {
    const logged: object[] = [];
    const note = (details: object) => void logged.push(details);
    const log = { debug: note, info: note, warn: note, error: note };
    const { url } = await socketApi({ log });
    const client = await connected(url);
    const { payload } = await client.ask('{ open crash }');
    expect(payload.data).toEqual({ open: 'open', crash: null });
    const { code, requestId } = payload.errors[0].extensions;
    expect([code, payload.errors[0].message]).toEqual([
      'INTERNAL_SERVER_ERROR',
      'Something went wrong on our side.',
    ]);
    expect(logged).toContainEqual(
      expect.objectContaining({
        requestId,
        err: expect.objectContaining({ message: 'disk on fire' }),
      }),
    );
    await client.next();
    expect((await client.ask('{ open }')).payload.data).toEqual({ open: 'open' });
  });

  test('that breaks leaves nothing of its variables in the log', async () => {
    const log = heardLog();
    const { url } = await socketApi({ log });
    const client = await connected(url);
    const query = 'query ($password: String) { echo(password: $password) }';
    const variables = { password: 'correct horse' };
    const { payload } = await client.ask(query, { variables });
    expect(payload.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    const logged = JSON.stringify(log.lines);
    expect(logged).toContain('cannot hash [redacted]');
    expect(logged).not.toContain('correct horse');
  });

  test('with two credential fields runs none of them', async () => {
    const { url } = await socketApi();
    const client = await connected(url);
    const login =
      'login(input: { email: "ann@example.com", password: "wrong wrong" }) { tokenType }';
    const { payload } = await client.ask(`mutation { a: ${login} b: ${login} }`);
    expect(payload).toMatchObject({
      data: null,
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('that logs in counts as an attempt of the address of the upgrade', async () => {
    const { url } = await socketApi({ trustProxy: 1 });
    const guess = async (address: string) => {
      const client = await connected(url, null, { headers: { 'x-forwarded-for': address } });
      const { payload } = await client.ask(
        'mutation { login(input: { email: "ann@example.com", password: "wrong wrong" }) { tokenType } }',
      );
      client.socket.close();
      return payload.errors[0].extensions.code;
    };
    for (let i = 0; i < 10; i += 1) await guess('192.0.2.7');
    expect(await guess('192.0.2.7')).toBe('RATE_LIMITED');
    expect(await guess('192.0.2.8')).toBe('INVALID_CREDENTIALS');
  });

  test('under reject is refused whole before any of it runs', async () => {
    const { url } = await socketApi({ onUnauthorized: 'reject' });
    const client = await connected(url);
    const { payload } = await client.ask('{ open whoami }');
    expect(payload.data).toBeNull();
    expect(payload.errors.map(({ path }: { path: string[] }) => path)).toEqual([['whoami']]);
  });

  test('sees the context that the embedder makes of ours', async () => {
    const { url, token } = await socketApi({}, { context: (own) => ({ ...own, db: 'mine' }) });
    const client = await connected(url, bearer(token));
    const { payload } = await client.ask('{ open whoami }');
    expect(payload).toEqual({ data: { open: 'mine', whoami: expect.any(String) } });
  });

  test('beyond maxOperations is RATE_LIMITED, until one completes', async () => {
    const { url, events } = await socketApi({}, { maxOperations: 2 });
    const client = await connected(url);
    for (const id of ['a', 'b']) {
      client.send({ id, type: 'subscribe', payload: { query: 'subscription { news }' } });
    }
    await events.listening(2);
    const { type, payload } = await client.ask('{ open }');
    expect([type, payload[0].extensions.code]).toEqual(['error', 'RATE_LIMITED']);
    client.send({ id: 'a', type: 'complete' });
    await events.listening(1);
    expect((await client.ask('{ open }')).payload.data).toEqual({ open: 'open' });
  });
});

describe('auth.graphqlWs', () => {
  test.each([
    [{}, 'schema must be a GraphQLSchema'],
    [{ schema: 1 }, 'schema must be a GraphQLSchema'],
    [{ context: {} }, 'context must be a function'],
    [{ maxOperations: 0 }, 'maxOperations must be a whole number above 0'],
    [{ onConnect: () => true }, 'useServer({ ...auth.graphqlWs({ schema }), onConnect }'],
  ])('refuses %j', async (input: object, message) => {
    const { auth, schema } = await socketApi();
    const given = Object.keys(input).length === 0 ? {} : { schema, ...input };
    expect(() => auth.graphqlWs(given as never)).toThrow(message);
  });
});
