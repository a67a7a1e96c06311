import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { AuthError } from '../../src/errors.js';
import { StoreUnavailableError } from '../../src/store/store.js';
import { counter, schema as plainSchema, post, start, type Answer } from './testServer.js';

let throughApollo: ReturnType<typeof jest.spyOn>;
beforeEach(() => {
  throughApollo = jest.spyOn(ApolloServer.prototype, 'executeOperation');
});
afterEach(() => throughApollo.mockRestore());

const failing = makeExecutableSchema({
  typeDefs: `
    input Range { from: Int!, to: Int = 9 }
    type Query {
      ok(n: Int, range: Range): String
      plain: String
      coded: String
      http: String
      later: String
      down: String
      auth: String
      strict: String!
    }
    type Mutation { ok: String, http: String }
    type Subscription { ticks: Int }
  `,
  resolvers: {
    Query: {
      ok: (_: unknown, args: object) => JSON.stringify(args),
      plain: () => {
        throw new GraphQLError('Said on purpose.');
      },
      coded: () => {
        throw new GraphQLError('Said on purpose.', { extensions: { code: 'OWN', more: 1 } });
      },
      http: () => {
        const http = { status: 418, headers: new Map([['x-why', 'because']]) };
        throw new GraphQLError('A teapot.', { extensions: { code: 'TEAPOT', http } });
      },
      later: async () => {
        await Promise.resolve();
        throw new Error('disk on fire');
      },
      down: () => {
        throw new StoreUnavailableError('locked', { retryAfter: 7 });
      },
      auth: () => {
        throw new AuthError('FORBIDDEN', { reason: 'POLICY_DENIED' });
      },
      strict: () => null,
    },
    Mutation: {
      ok: () => 'done',
      http: () => {
        throw new GraphQLError('Gone.', { extensions: { http: { status: 410 } } });
      },
    },
    Subscription: { ticks: { resolve: () => 1 } },
  },
});

/** All of an answer but what is another each time. */
const comparable = ({ status, headers, body }: Answer) => {
  const kept = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  const id = headers.get('x-request-id') ?? '';
  return { status, headers: kept, body: JSON.stringify(body).replaceAll(id, 'ID') };
};

const bodies: Record<string, object> = {
  'a plain query': { query: '{ ok }' },
  'a mutation': { query: 'mutation { ok }' },
  'a name that fits': { query: 'query A { ok }', operationName: 'A' },
  'a name that does not': { query: 'query A { ok }', operationName: 'B' },
  'one of several operations': { query: 'query A { ok } query B { plain }', operationName: 'B' },
  'none of several operations': { query: 'query A { ok } query B { plain }' },
  'only a fragment': { query: 'fragment F on Query { ok }' },
  'a subscription': { query: 'subscription { ticks }' },
  'an error without a code': { query: '{ ok plain }' },
  'an error with a code': { query: '{ coded }' },
  'an error with a status and headers': { query: '{ http }' },
  'errors of which the last has no status': { query: '{ http coded }' },
  'an unexpected error': { query: '{ later }' },
  'a store that is down': { query: '{ down }' },
  'a denial': { query: '{ a: auth b: auth }' },
  'a null where none may be': { query: '{ strict }' },
  'a mutation with a status': { query: 'mutation { http }' },
  'variables that fit': {
    query: 'query ($n: Int, $r: Range) { ok(n: $n, range: $r) }',
    variables: { n: 1, r: { from: 2 } },
  },
  'variables that do not': {
    query: 'query ($n: Int, $r: Range) { ok(n: $n, range: $r) }',
    variables: { n: 'one', r: {} },
  },
  'a variable that is missing': { query: 'query ($n: Int!) { ok(n: $n) }' },
  'variables of null': { query: 'query ($n: Int) { ok(n: $n) }', variables: null },
  'an unknown field': { query: '{ nothing }' },
  'no GraphQL': { query: '{' },
  introspection: { query: '{ __schema { queryType { name } } }' },
  'an extension': { query: '{ ok }', extensions: { persistedQuery: { version: 1 } } },
};

describe('an operation that comes again', () => {
  test.each(Object.entries(bodies))('is answered as at first: %s', async (_, body) => {
    const { url } = await start({ schema: failing, introspection: false });
    const ask = async () => comparable(await post(url, JSON.stringify(body)));
    const first = await ask();
    for (let time = 2; time <= 4; time++) expect(await ask()).toEqual(first);
  });

  test('goes past Apollo Server from the third time on', async () => {
    const { url } = await start();
    for (let time = 1; time <= 5; time++) await post(url, JSON.stringify({ query: '{ ping }' }));
    expect(throughApollo).toHaveBeenCalledTimes(2);
  });

  test('runs once each time, if it is a mutation', async () => {
    const { url } = await start({ schema: plainSchema });
    const before = counter.value;
    const query = 'mutation { count }';
    for (let time = 1; time <= 5; time++) {
      const { body } = await post(url, JSON.stringify({ query }));
      expect(body.data.count).toBe(before + time);
    }
    expect(throughApollo).toHaveBeenCalledTimes(2);
  });

  test('is judged each time, and once', async () => {
    const judge = jest.fn((): readonly GraphQLError[] | null => null);
    const { url } = await start({ judge });
    const ask = () => post(url, JSON.stringify({ query: '{ ping }' }));
    for (let time = 1; time <= 4; time++) {
      expect((await ask()).body).toEqual({ data: { ping: 'pong' } });
      expect(judge).toHaveBeenCalledTimes(time);
    }
    judge.mockReturnValue([new AuthError('FORBIDDEN', { reason: 'POLICY_DENIED' })]);
    expect((await ask()).body).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
      data: null,
    });
    judge.mockImplementation(() => {
      throw new Error('the judge is ill');
    });
    expect((await ask()).body).toMatchObject({
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(throughApollo).toHaveBeenCalledTimes(2);
  });

  test('sent by GET is Apollo Server’s', async () => {
    const { url } = await start();
    const query = encodeURIComponent('mutation { count }');
    for (let time = 1; time <= 4; time++) await post(url, '{"query":"mutation { count }"}');
    const { value } = counter;
    const { status } = await fetch(`${url}?query=${query}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(status).toBe(405);
    expect(counter.value).toBe(value);
  });
});
