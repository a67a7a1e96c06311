import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { executeSync, parse, type ExecutionResult } from 'graphql';
import type { RequestPolicy } from '../../src/directives/policies.js';
import { setPayload } from '../../src/payload.js';
import type { Viewer } from '../../src/viewer.js';
import {
  contextOf,
  expired,
  guarded,
  nobody,
  run,
  somebody,
  subscribeTo,
  viewerOf,
} from './support.js';

const ran = jest.fn(() => 1);
const open = jest.fn<RequestPolicy>(() => true);
const shut = jest.fn<RequestPolicy>(() => false);
const later = jest.fn<RequestPolicy>(() => Promise.resolve(true));
const never = jest.fn<RequestPolicy>(() => Promise.resolve(false));
const policies = { open, shut, later, never };

beforeEach(() => {
  jest.clearAllMocks();
});

const one = (expression: string, context: unknown = somebody(), more = '') => {
  const sdl = `type Query { f: Int ${more} @policy(policies: ${expression}) }`;
  return run(guarded(sdl, { Query: { f: ran } }, { policies }), '{ f }', context);
};

describe('a policy about the request', () => {
  test.each([
    ['one that allows', '[["open"]]', 1],
    ['one that denies', '[["shut"]]', 0],
    ['inner lists are an AND', '[["open", "shut"]]', 0],
    ['outer lists are an OR', '[["shut"], ["open"]]', 1],
    ['a list that stands alone is coerced', '"open"', 1],
    ['an asynchronous one that allows', '[["later"]]', 1],
    ['an asynchronous one that denies', '[["never"]]', 0],
    ['an AND of both kinds', '[["open", "later"]]', 1],
    ['an OR of both kinds', '[["never"], ["shut"], ["later", "open"]]', 1],
    ['an AND that fails late', '[["later", "never"], ["open", "shut"]]', 0],
  ])('%s', async (_, expression, runs) => {
    const { denied } = await one(expression);
    expect(ran).toHaveBeenCalledTimes(runs);
    expect(denied).toHaveLength(1 - runs);
  });

  test('is FORBIDDEN / POLICY_DENIED for a viewer, with what is required and missing', async () => {
    const { errors } = await one('[["open", "shut"], ["never"]]');
    expect(errors?.[0]?.extensions).toEqual({
      code: 'FORBIDDEN',
      reason: 'POLICY_DENIED',
      required: [['open', 'shut'], ['never']],
      missing: ['shut'],
      coordinate: 'Query.f',
      directive: '@policy',
    });
  });

  test('is asked for nobody, too, and denies with the reason of the credential', async () => {
    expect((await one('[["open"]]', nobody())).data).toEqual({ f: 1 });
    expect(open.mock.calls[0]?.[0]).toBeNull();
    const { errors } = await one('[["shut"]]', expired());
    expect(errors?.[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_EXPIRED',
      refreshable: true,
      coordinate: 'Query.f',
      directive: '@policy',
    });
  });

  test('gets the viewer and the context', async () => {
    const context = { ...somebody(), tenant: 't' };
    await one('[["open"]]', context);
    expect(open.mock.calls).toEqual([[context.viewer, context]]);
  });

  test.each([1, 'true', {}, undefined, null, [true]])(
    '%p is not true, so it denies',
    async (answer) => {
      open.mockReturnValueOnce(answer as never);
      later.mockReturnValueOnce(Promise.resolve(answer) as never);
      await one('[["open"], ["later"]]');
      expect(ran).not.toHaveBeenCalled();
    },
  );

  test('is not asked once it cannot change anything', async () => {
    await one('[["shut", "never"], ["open"], ["later"]]');
    expect([shut, never, open, later].map((each) => each.mock.calls.length)).toEqual([1, 0, 1, 0]);
    await one('[["later"]]', nobody(), '@authenticated');
    expect(later).not.toHaveBeenCalled();
  });

  test.each(['open', 'later'])('is asked once per request, however many ask: %s', async (name) => {
    const sdl = `type O @policy(policies: [["${name}"]]) { a: Int b: Int @policy(policies: [["${name}"], ["shut"]]) }
      interface I { a: Int } type P implements I @policy(policies: "${name}") { a: Int }
      type Query { f(x: Int @policy(policies: [["${name}"]])): [O] g: I }`;
    const rows = Array.from({ length: 50 }, () => ({ a: 1, b: 2 }));
    const resolvers = { Query: { f: () => rows, g: () => ({ __typename: 'P' }) } };
    const schema = guarded(sdl, resolvers, { policies });
    const { denied } = await run(schema, '{ f(x: 1) { a b } again: f { b } g { a } }', somebody());
    expect(denied).toEqual([]);
    expect(policies[name as 'open']).toHaveBeenCalledTimes(1);
    await run(schema, '{ f { a } }', somebody());
    expect(policies[name as 'open']).toHaveBeenCalledTimes(2);
  });

  test('a synchronous one leaves execution synchronous', () => {
    const schema = guarded(
      'type Query { f: Int @policy(policies: "open") g: Int @policy(policies: "shut") }',
      { Query: { f: ran } },
      { policies },
    );
    const result = executeSync({ schema, document: parse('{ f g }'), contextValue: somebody() });
    expect({ ...result.data }).toEqual({ f: 1, g: null });
  });

  test('on a guarded root type its __typename waits, too', async () => {
    const schema = guarded('type Query @policy(policies: "never") { f: Int }', {}, { policies });
    expect((await run(schema, '{ __typename }', somebody())).denied).toMatchObject([
      { path: '__typename', coordinate: 'Query.__typename' },
    ]);
  });
});

describe('asked before anything runs', () => {
  const sdl = `type O { a: Int @policy(policies: "never") b: Int }
    type Query { o: O free: Int } type Mutation { o: O free: Int }`;
  const resolvers = { Query: { o: ran, free: ran }, Mutation: { o: ran, free: ran } };

  test('under reject nothing of the operation runs', async () => {
    const schema = guarded(sdl, resolvers, { policies, onUnauthorized: 'reject' });
    const { denied } = await run(schema, '{ free o { a } }', somebody());
    expect(denied.map(({ coordinate }) => coordinate)).toEqual(['O.a', 'O.a']);
    expect(ran).not.toHaveBeenCalled();
    await run(schema, '{ free o { b } }', somebody());
    expect(ran).toHaveBeenCalledTimes(2);
  });

  test('a mutation that a renewed token would cure runs not at all', async () => {
    const schema = guarded(sdl, resolvers, { policies });
    await run(schema, 'mutation { free o { a } }', expired());
    expect(ran).not.toHaveBeenCalled();
    await run(schema, 'mutation { free }', expired());
    expect(ran).toHaveBeenCalledTimes(1);
  });
});

test('below a field that logs in, policies are asked about the viewer whom it names', async () => {
  const seen: (string | null)[] = [];
  const named = (viewer: Viewer | null) => {
    seen.push(viewer?.id ?? null);
    return Promise.resolve(viewer?.id === 'u2');
  };
  const login = (_: unknown, __: unknown, context: { payload: unknown }) => {
    const viewer = viewerOf({ id: 'u2' });
    setPayload(context, { key: 'login', context: contextOf({ kind: 'valid', viewer }) });
    return { secret: 1 };
  };
  const schema = guarded(
    'type P { secret: Int @policy(policies: "named") } type Query { a: Int } type Mutation { login: P }',
    { Mutation: { login } },
    { policies: { named }, credentialFields: ['Mutation.login'] },
  );
  const { data } = await run(schema, 'mutation { login { secret } }', nobody());
  expect({ data, seen }).toEqual({ data: { login: { secret: 1 } }, seen: ['u2'] });
});

describe('a subscription', () => {
  const opened = jest.fn();
  const schema = guarded(
    'type Query { a: Int } type Subscription { news: Int @policy(policies: "open") }',
    {
      Subscription: {
        news: {
          subscribe: async function* () {
            opened();
            for (const news of [1, 2, 3]) yield { news: await Promise.resolve(news) };
          },
        },
      },
    },
    { policies },
  );

  test('is denied before its source is opened', async () => {
    open.mockReturnValueOnce(Promise.resolve(false));
    const result = (await subscribeTo(
      schema,
      'subscription { news }',
      somebody(),
    )) as ExecutionResult;
    expect(result.errors).toHaveLength(1);
    expect(opened).not.toHaveBeenCalled();
  });

  test('asks anew for each event: what has been revoked meanwhile counts', async () => {
    const events = await subscribeTo(schema, 'subscription { news }', somebody());
    const seen: unknown[] = [];
    for await (const { data } of events as AsyncIterable<ExecutionResult>) {
      seen.push(data?.['news']);
      if (seen.length === 1) open.mockReturnValueOnce(false);
    }
    expect(seen).toEqual([1, null, 3]);
  });
});
