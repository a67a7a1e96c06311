import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { describe, expect, test } from '@jest/globals';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { perObject, silentLog } from '../../src/index.js';
import { answerOf } from './apollo.js';
import { account, embedded, nobody, ownApi } from './support.js';

describe('the plugin for Apollo Server', () => {
  test('refuses under reject before execution: data is null, one error for each denied field', async () => {
    const auth = embedded({ onUnauthorized: 'reject' });
    const api = ownApi(auth);
    const { plugin } = auth;
    const context = await auth.context(nobody);
    const source = '{ open mine: secret sessions { id } }';
    const answer = await answerOf({ plugin, schema: api.schema, source, context });
    expect(answer.data).toBeNull();
    expect(answer.errors.map(({ path, extensions }: any) => [path, extensions.reason])).toEqual([
      [['mine'], 'TOKEN_MISSING'],
      [['sessions'], 'TOKEN_MISSING'],
    ]);
    expect(answer.errors[0].extensions).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_MISSING',
      coordinate: 'Query.secret',
      directive: '@authenticated',
      refreshable: false,
    });
    expect(api.ran).toBe(0);
  });

  test('answers a refusal with HTTP 200 over a port', async () => {
    const auth = embedded({ onUnauthorized: 'reject' });
    const { schema } = ownApi(auth);
    const server = new ApolloServer<object>({ schema, plugins: [auth.plugin] });
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0 },
      context: async ({ req }) => auth.context(req),
    });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ secret }' }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      data: null,
      errors: [{ path: ['secret'], extensions: { code: 'UNAUTHENTICATED' } }],
    });
    await server.stop();
  });

  test('an operation of a type that the schema does not have is no fault of the server', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const context = await auth.context(nobody);
    const { plugin, formatError } = auth;
    const answer = await answerOf({
      plugin,
      formatError,
      schema,
      source: 'subscription { news }',
      context,
    });
    expect(answer.errors).toEqual([
      {
        message: 'The schema has no subscription.',
        extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
      },
    ]);
  });

  test('asks a policy about fifty rows in one call, although Apollo Server instruments each field', async () => {
    const asked: number[] = [];
    const even = perObject((items) => {
      asked.push(items.length);
      return items.map(({ object }) => (object as { id: number }).id % 2 === 0);
    });
    const auth = embedded({ policies: { even } });
    const rows = Array.from({ length: 50 }, (_, id) => ({ id }));
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [
          auth.typeDefs,
          `type Row @policy(policies: [["even"]]) { id: Int }
           extend type Query { rows: [Row] }`,
        ],
        resolvers: [auth.resolvers, { Query: { rows: () => rows } }],
      }),
    );
    const context = await auth.context(nobody);
    const source = '{ rows { id } }';
    const { data } = await answerOf({ plugin: auth.plugin, schema, source, context });
    expect(data.rows.filter(Boolean)).toHaveLength(25);
    expect(asked).toEqual([50]);
  });

  test('lets whoever logs in under reject ask for their own email and sessions', async () => {
    const auth = embedded({ onUnauthorized: 'reject' });
    const { schema } = ownApi(auth);
    const context = await auth.context(nobody);
    const source = `mutation { signup(${account}) { user { email sessions { current } } } }`;
    const { data, errors } = await answerOf({ plugin: auth.plugin, schema, source, context });
    expect(errors).toBeUndefined();
    expect(data.signup.user).toEqual({
      email: 'ann@example.com',
      sessions: [{ current: true }],
    });
  });

  test('puts denials where the options say', async () => {
    const auth = embedded({ errors: 'extensions', errorCode: 'router' });
    const { plugin } = auth;
    const { schema } = ownApi(auth);
    const context = await auth.context(nobody);
    const answer = await answerOf({ plugin, schema, source: '{ open secret }', context });
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({ open: 'open', secret: null });
    expect(answer.extensions.authorizationErrors).toMatchObject([
      { path: ['secret'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
    ]);
  });

  test('lets what is allowed run', async () => {
    const auth = embedded({ onUnauthorized: 'reject' });
    const { plugin } = auth;
    const { schema } = ownApi(auth);
    const context = await auth.context(nobody);
    const answer = await answerOf({ plugin, schema, source: '{ open }', context });
    expect(answer).toMatchObject({ data: { open: 'open' } });
  });
});

describe('formatError', () => {
  test('masks what nobody threw on purpose, and logs it under the id, without tokens', async () => {
    const lines: any[] = [];
    const log = { ...silentLog, error: (details: object) => void lines.push(details) };
    const auth = embedded({ log });
    const schema = auth.guard(
      makeExecutableSchema({
        typeDefs: [auth.typeDefs, 'extend type Query { broken: String }'],
        resolvers: [
          auth.resolvers,
          {
            Query: {
              broken: () => {
                throw new Error('no table; token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln');
              },
            },
          },
        ],
      }),
    );
    const { plugin, formatError } = auth;
    const context = await auth.context(nobody);
    const { errors } = await answerOf({
      plugin,
      schema,
      formatError,
      source: '{ broken }',
      context,
    });
    expect(errors[0].message).toBe('Something went wrong on our side.');
    expect(errors[0].extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      requestId: expect.any(String),
    });
    expect(lines[0]).toMatchObject({
      requestId: errors[0].extensions.requestId,
      err: { message: 'no table; token [redacted]' },
    });
    expect(JSON.stringify(lines)).not.toContain('eyJ');
  });
});

describe('formatError', () => {
  const password = 'hunter2hunter2';
  const login = 'mutation($i: LoginInput!) { login(input: $i) { tokenType } }';

  test.each<[string, string, Record<string, unknown> | undefined]>([
    ['a variable that lacks a field', login, { i: { password } }],
    ['a variable with one too many', login, { i: { email: 'a', password, extra: 1 } }],
    ['a password in place of the input', login, { i: password }],
    ['a password of another type', login, { i: { email: 'a', password: [password] } }],
    ['one with a semicolon', login, { i: { email: 'a', password: [`a; ${password}`] } }],
    ['one in place of an address', login, { i: { email: { password }, password: 'b' } }],
    [
      'one behind a hundred lines of text',
      login,
      { i: { email: [`${'a'.repeat(2000)}; ${password}`], password: [password] } },
    ],
    [
      'a literal without quotes',
      `mutation { login(input: { email: "a", password: ${password} }) { tokenType } }`,
      undefined,
    ],
    [
      'a text that cannot be parsed',
      `mutation { login(input: { password "${password}" }) { tokenType } }`,
      undefined,
    ],
  ])('repeats no password: %s', async (_, source, variables) => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const { plugin, formatError } = auth;
    const context = await auth.context(nobody);
    const asked = { plugin, schema, formatError, source, context, ...(variables && { variables }) };
    const { errors } = await answerOf(asked);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toContain(password);
  });

  test('repeats other values, so that one sees what is wrong', async () => {
    const auth = embedded();
    const { schema } = ownApi(auth);
    const { plugin, formatError } = auth;
    const context = await auth.context(nobody);
    const source = 'query($n: Int) { users(first: $n) { edges { cursor } } }';
    const variables = { n: 'many' };
    const asked = { plugin, schema, formatError, source, context, variables };
    const { errors } = await answerOf(asked);
    expect(errors[0].message).toContain('got invalid value "many"');
  });
});

describe('checkDocument', () => {
  test('answers null, or the error with the limit', () => {
    const auth = embedded({ maxAliases: 1 });
    expect(auth.checkDocument('{ me { id } }')).toBeNull();
    expect(auth.checkDocument('{ a: me { id } b: me { id } }')?.extensions).toEqual({
      code: 'DOCUMENT_TOO_COMPLEX',
      limit: 'maxAliases',
      allowed: 1,
      count: 2,
    });
  });
});
