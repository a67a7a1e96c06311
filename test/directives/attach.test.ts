import { describe, expect, jest, test } from '@jest/globals';
import {
  defaultFieldResolver,
  graphql,
  type ExecutionResult,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { perObject } from '../../src/directives/policies.js';
import { build, deniedIn, guards, nobody, run, somebody, subscribeTo } from './support.js';

const typeDefs = `
  type Query { secret: String @authenticated other: String @authenticated open: String }
  type Subscription { news: String @authenticated }
`;
type Resolver = GraphQLFieldResolver<unknown, unknown>;
const fieldsOf = (schema: GraphQLSchema, type = 'Query') =>
  (schema.getType(type) as GraphQLObjectType).getFields();

describe('a resolver of a guarded field', () => {
  test('that is set later is guarded, and runs', async () => {
    const schema = guards().guard(build(typeDefs, { Query: { secret: () => 'first' } }));
    const resolve = jest.fn(() => 'second');
    (fieldsOf(schema)['secret'] as { resolve: unknown }).resolve = resolve;
    expect((await run(schema, '{ secret }', nobody())).denied).toHaveLength(1);
    expect(resolve).not.toHaveBeenCalled();
    expect((await run(schema, '{ secret }', somebody())).data).toEqual({ secret: 'second' });
  });

  test('that is taken away leaves the guard before the property', async () => {
    const schema = guards().guard(build(typeDefs, { Query: { secret: () => 'set' } }));
    const secret = fieldsOf(schema)['secret'] as { resolve?: unknown };
    secret.resolve = undefined;
    const asked = (contextValue: unknown) =>
      graphql({ schema, source: '{ secret }', contextValue, rootValue: { secret: 'of the root' } });
    expect(deniedIn(await asked(nobody()))).toHaveLength(1);
    expect(await asked(somebody())).toEqual({ data: { secret: 'of the root' } });
  });

  test('travels with a copy of its definition', async () => {
    const schema = guards().guard(build(typeDefs, { Query: { secret: () => 'told' } }));
    const fields = fieldsOf(schema);
    fields['secret'] = { ...(fields['secret'] as GraphQLField<unknown, unknown>) };
    expect((await run(schema, '{ secret }', nobody())).denied).toHaveLength(1);
    expect((await run(schema, '{ secret }', somebody())).data).toEqual({ secret: 'told' });
  });

  test('that opens a subscription and is set later is guarded', async () => {
    const schema = guards().guard(build(typeDefs));
    const subscribe = jest.fn(async function* () {
      yield { news: 'new' };
    });
    (fieldsOf(schema, 'Subscription')['news'] as { subscribe?: unknown }).subscribe = subscribe;
    const refused = await subscribeTo(schema, 'subscription { news }', nobody());
    expect(deniedIn(refused as ExecutionResult)).toHaveLength(1);
    expect(subscribe).not.toHaveBeenCalled();
    const events = await subscribeTo(schema, 'subscription { news }', somebody());
    for await (const { data } of events as AsyncIterable<ExecutionResult>) {
      expect(data).toEqual({ news: 'new' });
    }
    expect(subscribe).toHaveBeenCalledTimes(1);
  });
});

describe('a resolver that is set around a guarded one', () => {
  const rows = `type Query { rows: [Row] }
    type Row @policy(policies: [["mine"]]) { id: Int title: String @policy(policies: [["mine"]]) }`;
  const wrapAll = (
    schema: GraphQLSchema,
    wrapperOf: (inner: Resolver) => Resolver,
    types = ['Query', 'Row'],
  ) => {
    for (const type of types) {
      for (const field of Object.values(fieldsOf(schema, type))) {
        field.resolve = wrapperOf(field.resolve ?? defaultFieldResolver);
      }
    }
  };
  const guardedRows = (mine: (id: number) => boolean) => {
    const asked: number[] = [];
    const policy = perObject((items) => {
      asked.push(items.length);
      return items.map(({ object }) => mine((object as { id: number }).id));
    });
    const resolvers = { Query: { rows: () => [1, 2, 3].map((id) => ({ id, title: `t${id}` })) } };
    const schema = guards({ policies: { mine: policy } }).guard(build(rows, resolvers));
    return { schema, asked };
  };

  test.each<[string, (inner: Resolver) => Resolver]>([
    ['at once', (inner) => (source, args, context, info) => inner(source, args, context, info)],
    [
      'after a wait',
      (inner) => async (source, args, context, info) => {
        await Promise.resolve();
        return inner(source, args, context, info);
      },
    ],
  ])('does not have the policies asked twice where it calls that %s', async (_, wrapperOf) => {
    const { schema, asked } = guardedRows((id) => id !== 2);
    wrapAll(schema, wrapperOf);
    const { data, denied } = await run(schema, '{ rows { title } }', somebody());
    expect(data).toEqual({ rows: [{ title: 't1' }, null, { title: 't3' }] });
    expect(denied).toMatchObject([{ path: 'rows.1' }]);
    expect(asked).toEqual([3, 2]);
  });

  test('has them asked again about another object', async () => {
    const { schema } = guardedRows((id) => id === 1);
    const other = { id: 2, title: 'of somebody else' };
    wrapAll(schema, (inner) => (_, args, context, info) => inner(other, args, context, info), [
      'Row',
    ]);
    const { data } = await run(schema, '{ rows { title } }', somebody());
    expect(data).toEqual({ rows: [{ title: null }, null, null] });
  });

  test('does not open one that it calls without having passed its guard', async () => {
    const { schema } = guardedRows(() => false);
    const inner = fieldsOf(schema, 'Row')['title']?.resolve as Resolver;
    const open = guards().guard(
      build('type Query { open: String }', {
        Query: {
          open: (...[, args, context, info]: Parameters<Resolver>) =>
            inner({ id: 1, title: 't' }, args, context, info),
        },
      }),
    );
    expect((await run(open, '{ open }', somebody())).data).toEqual({ open: null });
  });
});

test('guarded definitions have one shape for V8, and are no hash tables', () => {
  const { secret, other } = fieldsOf(guards().guard(build(typeDefs))) as Record<string, object>;
  setFlagsFromString('--allow-natives-syntax');
  const [isFast, isAlike] = [
    runInNewContext('(object) => %HasFastProperties(object)'),
    runInNewContext('(one, another) => %HaveSameMap(one, another)'),
  ] as [(object: unknown) => boolean, (one: unknown, another: unknown) => boolean];
  const seen = [isFast(secret), isAlike(secret, other)];
  setFlagsFromString('--no-allow-natives-syntax');
  expect(seen).toEqual([true, true]);
});
