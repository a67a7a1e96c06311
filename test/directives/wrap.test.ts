import { describe, expect, jest, test } from '@jest/globals';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import type { GraphQLObjectType } from 'graphql';
import { type ExecutionResult, type GraphQLFieldMap } from 'graphql';
import {
  build,
  deniedIn,
  expired,
  guarded,
  guards,
  nobody,
  plain,
  run,
  somebody,
  subscribeTo,
} from './support.js';

describe('subscriptions', () => {
  const source = jest.fn(async function* () {
    yield { news: { id: '1', secret: 's' } };
    yield { news: { id: '2', secret: 's' } };
  });
  const typeDefs =
    'type News { id: ID secret: String @authenticated } type Query { a: Int } type Subscription { news: News open: News @public closed: News @hasRole(roles: ["r"]) }';
  const open = jest.fn((each: { news: unknown }) => each.news);
  const resolvers = {
    Subscription: {
      news: { subscribe: source, resolve: open },
      open: { subscribe: source, resolve: open },
      closed: { subscribe: source, resolve: open },
    },
  };
  const schema = guarded(typeDefs, resolvers);

  test('the source of a denied subscription is never opened', async () => {
    const result = (await subscribeTo(
      schema,
      'subscription { closed { id } }',
      somebody(),
    )) as ExecutionResult;
    expect(deniedIn(result)).toEqual([
      { path: 'closed', code: 'FORBIDDEN', coordinate: 'Subscription.closed' },
    ]);
    expect(source).not.toHaveBeenCalled();
  });

  test('every event is judged: its denied fields are null', async () => {
    const events = await subscribeTo(schema, 'subscription { news { id secret } }', expired());
    const seen: unknown[] = [];
    for await (const event of events as AsyncIterable<ExecutionResult>) {
      seen.push([plain(event.data), deniedIn(event).map(({ path }) => path)]);
    }
    expect(seen).toEqual([
      [{ news: { id: '1', secret: null } }, ['news.secret']],
      [{ news: { id: '2', secret: null } }, ['news.secret']],
    ]);
  });

  test('under protect-all a subscription asks for a login, under reject for all of its fields', async () => {
    source.mockClear();
    const protectAll = guarded(typeDefs, resolvers, { mode: 'protect-all' });
    expect(await subscribeTo(protectAll, 'subscription { news { id } }', nobody())).toHaveProperty(
      'errors',
    );
    const reject = guarded(typeDefs, resolvers, { onUnauthorized: 'reject' });
    const result = await subscribeTo(reject, 'subscription { open { secret } }', nobody());
    expect(deniedIn(result as ExecutionResult)).toMatchObject([{ path: 'open.secret' }]);
    expect(source).not.toHaveBeenCalled();
  });

  test('a credential that changes on a socket counts from the next event on', async () => {
    const context = { ...somebody() };
    const events = await subscribeTo(schema, 'subscription { news { secret } }', context);
    const iterator = (events as AsyncIterable<ExecutionResult>)[Symbol.asyncIterator]();
    expect(deniedIn((await iterator.next()).value as ExecutionResult)).toEqual([]);
    Object.assign(context, expired());
    expect(deniedIn((await iterator.next()).value as ExecutionResult)).toHaveLength(1);
  });
});

describe('every resolver of a guarded field is guarded', () => {
  const typeDefs = 'type Query { f: Int @authenticated o: O } type O { own: Int @authenticated }';

  test('the default one, and functions on the source', async () => {
    const own = jest.fn(() => 1);
    const schema = guarded(typeDefs, { Query: { o: () => ({ own }) } });
    expect((await run(schema, '{ o { own } }', nobody())).data).toEqual({ o: { own: null } });
    expect(own).not.toHaveBeenCalled();
    expect((await run(schema, '{ o { own } }', somebody())).data).toEqual({ o: { own: 1 } });
  });

  test('one that is attached after the schema was guarded', async () => {
    const schema = guarded(typeDefs);
    const late = jest.fn(() => 1);
    const fields = schema.getQueryType()?.getFields() as GraphQLFieldMap<unknown, unknown>;
    Object.assign(fields['f'] as object, { resolve: late });
    expect((await run(schema, '{ f }', nobody())).denied).toHaveLength(1);
    expect(late).not.toHaveBeenCalled();
    expect((await run(schema, '{ f }', somebody())).data).toEqual({ f: 1 });
  });

  test('on a copy that another tool makes, with fields renamed even', async () => {
    const f = jest.fn(() => 1);
    const renamed = mapSchema(guarded(typeDefs, { Query: { f } }), {
      [MapperKind.OBJECT_FIELD]: (config, name) => [`my_${name}`, config],
    });
    expect((await run(renamed, '{ my_f }', nobody())).data).toEqual({ my_f: null });
    expect(f).not.toHaveBeenCalled();
  });

  test('the original schema stays as it is', async () => {
    const schema = build(typeDefs, { Query: { f: () => 1 } });
    guards().guard(schema);
    expect((await run(schema, '{ f }', nobody())).data).toEqual({ f: 1 });
  });

  test('a field that asks for nothing keeps its own resolver', () => {
    const schema = build(typeDefs, { Query: { o: () => ({}) } });
    const [before, after] = [schema, guards().guard(schema)].map((each) =>
      (each.getType('Query') as GraphQLObjectType).getFields(),
    );
    expect(after?.['o']?.resolve).toBe(before?.['o']?.resolve);
    expect(after?.['f']?.resolve).not.toBe(before?.['f']?.resolve);
  });
});
