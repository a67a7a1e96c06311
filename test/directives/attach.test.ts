import { describe, expect, jest, test } from '@jest/globals';
import {
  graphql,
  type ExecutionResult,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build, deniedIn, guards, nobody, run, somebody, subscribeTo } from './support.js';

const typeDefs = `
  type Query { secret: String @authenticated other: String @authenticated open: String }
  type Subscription { news: String @authenticated }
`;
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
