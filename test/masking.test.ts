import { describe, expect, test } from '@jest/globals';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLError,
  GraphQLID,
  GraphQLInt,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  graphql,
} from 'graphql';
import { AuthError } from '../src/errors.js';
import { maskError } from '../src/masking.js';
import { StoreUnavailableError } from '../src/store/store.js';

function formatter() {
  const logged: object[] = [];
  const report = (err: unknown, requestId: string) => void logged.push({ requestId, err });
  const format = (error: GraphQLError) =>
    maskError(error.toJSON(), error, { requestId: 'id-1', report });
  return { logged, format };
}

const wrap = (originalError: Error) =>
  new GraphQLError(originalError.message, { path: ['a', 0, 'b'], originalError });

describe('formatError', () => {
  test('masks what is no GraphQLError, keeps its place, logs it whole', () => {
    const { format, logged } = formatter();
    const original = new Error('connection string postgres://u:p@h');
    expect(format(wrap(original))).toEqual({
      message: 'Something went wrong on our side.',
      path: ['a', 0, 'b'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'id-1' },
    });
    expect(logged).toEqual([{ requestId: 'id-1', err: original }]);
  });

  test('masks what was wrapped twice', () => {
    const { format } = formatter();
    expect(format(wrap(wrap(new TypeError('x')))).message).toBe(
      'Something went wrong on our side.',
    );
  });

  test('lets errors on purpose pass, without http and stack', () => {
    const { format, logged } = formatter();
    const error = new GraphQLError('Mine.', {
      extensions: { code: 'MINE', extra: 1, http: { status: 418 }, stacktrace: ['at x'] },
    });
    expect(format(error)).toEqual({ message: 'Mine.', extensions: { code: 'MINE', extra: 1 } });
    expect(format(wrap(new AuthError('NOT_FOUND'))).message).toBe('There is no such object.');
    expect(logged).toEqual([]);
  });

  test('masks what graphql-js says about the answer of a resolver, for it quotes it', async () => {
    const row = { id: 7, passwordHash: 'hunter2' };
    const dog = new GraphQLObjectType({
      name: 'Dog',
      fields: { id: { type: GraphQLID } },
      isTypeOf: () => false,
    });
    const pet = new GraphQLUnionType({ name: 'Pet', types: [dog], resolveType: () => 'hunter2' });
    const size = new GraphQLEnumType({ name: 'Size', values: { SMALL: {} } });
    const fields = {
      text: GraphQLString,
      count: GraphQLInt,
      flag: GraphQLBoolean,
      id: GraphQLID,
      size,
      list: new GraphQLList(GraphQLString),
      dog,
      pet,
    };
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: Object.fromEntries(
          Object.entries(fields).map(([name, type]) => [name, { type, resolve: () => row }]),
        ),
      }),
    });
    const source = '{ text count flag id size list dog { id } pet { __typename } }';
    const { errors = [] } = await graphql({ schema, source });
    expect(errors.map(({ path }) => path?.[0]).sort()).toEqual(Object.keys(fields).sort());
    expect(errors.map(({ message }) => message).join()).toContain('hunter2');
    const { format, logged } = formatter();
    const told = JSON.stringify(errors.map(format));
    expect(told).not.toContain('hunter2');
    expect(told.match(/INTERNAL_SERVER_ERROR/g)).toHaveLength(errors.length);
    expect(logged).toHaveLength(errors.length);
  });

  test('a code on a plain error does not open the mask inside execution', () => {
    const { format } = formatter();
    const plain = Object.assign(new Error('secret'), { extensions: { code: 'BAD_USER_INPUT' } });
    const error = new GraphQLError(plain.message, { path: ['a'], originalError: plain });
    expect(format(error).extensions?.['code']).toBe('INTERNAL_SERVER_ERROR');
  });

  test('a store that cannot answer says when to try again', () => {
    const { format } = formatter();
    expect(format(wrap(new StoreUnavailableError('locked', { retryAfter: 3 })))).toMatchObject({
      path: ['a', 0, 'b'],
      extensions: { code: 'SERVICE_UNAVAILABLE', retryAfter: 3 },
    });
  });
});

test('suggestions are taken off in a time that grows with the message alone', () => {
  const report = () => undefined;
  const hidden = (message: string) =>
    maskError(new GraphQLError(message).toJSON(), new GraphQLError(message), {
      ...{ requestId: 'id-1', report, hideSuggestions: true },
    }).message;
  expect(hidden('Cannot query field "emial". Did you mean "email"?')).toBe(
    'Cannot query field "emial".',
  );
  const began = performance.now();
  expect(hidden(' Did you mean '.repeat(100_000))).toHaveLength(1_400_000);
  // By a regular expression it would take minutes.
  expect(performance.now() - began).toBeLessThan(5000);
});
