import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { executeSync, parse, type ExecutionResult } from 'graphql';
import { perObject, type ObjectCheck } from '../../src/directives/policies.js';
import {
  expired,
  guarded,
  guards,
  build,
  nobody,
  plain,
  run,
  somebody,
  subscribeTo,
} from './support.js';

interface Row {
  id: number;
  mine?: boolean;
}
const own = jest.fn<ObjectCheck<Row>>((items) => items.map(({ object }) => object.mine === true));
const even = jest.fn<ObjectCheck<Row>>((items) =>
  Promise.resolve(items.map(({ object }) => object.id % 2 === 0)),
);
const asked = jest.fn<ObjectCheck<unknown, { id?: number; filter?: { id?: number } }>>((items) =>
  items.map(({ args }) => (args.id ?? args.filter?.id) === 1),
);
const admin = jest.fn((viewer: { roles: ReadonlySet<string> } | null) =>
  Promise.resolve(viewer?.roles.has('admin') === true),
);
const policies = {
  own: perObject(own),
  even: perObject(even),
  asked: perObject(asked),
  admin,
};
const secret = jest.fn(() => 's');
const fifty: Row[] = Array.from({ length: 50 }, (_, id) => ({ id, mine: id < 10 }));

beforeEach(() => {
  jest.clearAllMocks();
});

const schemaOf = (sdl: string, resolvers: object = {}, options: object = {}) =>
  guarded(sdl, resolvers as never, { policies, ...options });

describe('over the parent of a field', () => {
  const sdl = (expression: string) =>
    `type Row { id: Int secret(id: Int): String @policy(policies: ${expression}) }
     type Query { rows: [Row] row: Row }`;
  const resolvers = { Row: { secret }, Query: { rows: () => fifty, row: () => fifty[10] } };
  const read = (expression: string, context: unknown = somebody()) =>
    run(schemaOf(sdl(expression), resolvers), '{ rows { secret } }', context);

  test('fifty rows are one call, and no resolver of a denied row runs', async () => {
    const { denied } = await read('[["own"]]');
    expect(own).toHaveBeenCalledTimes(1);
    expect(own.mock.calls[0]?.[0].map(({ object }) => object)).toEqual(fifty);
    expect(secret).toHaveBeenCalledTimes(10);
    expect(denied).toHaveLength(40);
    expect(denied[0]).toEqual({
      path: 'rows.10.secret',
      code: 'FORBIDDEN',
      coordinate: 'Row.secret',
    });
  });

  test('an AND asks its second policy only about what the first allows', async () => {
    await read('[["own", "even"]]');
    expect(even.mock.calls.map(([items]) => items.length)).toEqual([10]);
    expect(secret).toHaveBeenCalledTimes(5);
  });

  test('an OR asks its second group only about what the first denies', async () => {
    await read('[["own"], ["even"]]');
    expect(even.mock.calls.map(([items]) => items.length)).toEqual([40]);
    expect(secret).toHaveBeenCalledTimes(10 + 20);
  });

  test('a policy in two groups is asked once', async () => {
    await read('[["own", "even"], ["own", "asked"]]');
    expect(own).toHaveBeenCalledTimes(1);
  });

  test('where a policy of the request decides, no object is asked about', async () => {
    const administrator = somebody({ roles: ['admin'] });
    await read('[["own"], ["admin"]]', administrator);
    expect(own).not.toHaveBeenCalled();
    expect(secret).toHaveBeenCalledTimes(50);
    await read('[["own", "admin"]]', somebody());
    expect(own).not.toHaveBeenCalled();
    await read('[["own", "admin"]]', administrator);
    expect(own).toHaveBeenCalledTimes(1);
    expect(secret).toHaveBeenCalledTimes(60);
    await read('[["admin"], ["own"]]', somebody());
    expect(secret).toHaveBeenCalledTimes(70);
  });

  test('sees the arguments of each field', async () => {
    const schema = schemaOf(sdl('"asked"'), resolvers);
    const { denied } = await run(
      schema,
      '{ rows { a: secret(id: 1) b: secret(id: 2) } }',
      somebody(),
    );
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked.mock.calls[0]?.[0]).toHaveLength(100);
    expect(denied).toHaveLength(50);
    expect(denied.every(({ path }) => path.endsWith('.b'))).toBe(true);
  });

  test('nobody is asked about, too, and denied with the reason of the credential', async () => {
    const { errors } = await read('[["own"]]', expired());
    expect(own.mock.calls[0]?.[1]).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_EXPIRED',
    });
  });

  test('is not asked where a grant is missing', async () => {
    const { denied } = await run(
      schemaOf(
        `type Row { secret: String @policy(policies: "own") @authenticated } type Query { rows: [Row] row: Row }`,
        resolvers,
      ),
      '{ rows { secret } }',
      nobody(),
    );
    expect(denied).toHaveLength(50);
    expect(own).not.toHaveBeenCalled();
  });

  test('says which policy denied', async () => {
    const { errors } = await read('[["own", "even"], ["asked"]]');
    expect(errors?.[0]?.extensions).toMatchObject({
      reason: 'POLICY_DENIED',
      required: [['own', 'even'], ['asked']],
      missing: ['own'],
    });
  });

  test('outside of any list it is asked at once: a synchronous policy leaves execution synchronous', () => {
    const document = parse('{ row { secret } }');
    const contextValue = somebody();
    const result = executeSync({
      schema: schemaOf(sdl('"own"'), resolvers),
      document,
      contextValue,
    });
    expect(result.errors).toHaveLength(1);
    expect(secret).not.toHaveBeenCalled();
  });
});

describe('on arguments and input fields', () => {
  const f = jest.fn(() => 1);
  const schema = schemaOf(
    `input Filter { id: Int @policy(policies: "asked") other: Int }
     type Query { f(id: Int @policy(policies: "asked"), filter: Filter): Int }`,
    { Query: { f } },
  );

  test.each([
    ['{ f(id: 1) }', 1, []],
    ['{ f(id: 2) }', 0, ['Query.f(id:)']],
    ['{ f(filter: { id: 2 }) }', 0, ['Filter.id']],
    ['{ f(filter: { id: 1 }) }', 1, []],
    ['{ f(filter: { other: 2 }) }', 1, []],
  ])(
    'the parent and all arguments are asked about, where they are supplied: %s',
    async (source, runs, at) => {
      f.mockClear();
      const { denied } = await run(schema, source, somebody());
      expect(f).toHaveBeenCalledTimes(runs);
      expect(denied.map(({ coordinate }) => coordinate)).toEqual(at);
    },
  );
});

describe('over the value of a type', () => {
  const sdl = `
    interface Node @policy(policies: "even") { id: Int }
    type Doc implements Node @policy(policies: [["own"], ["admin"]]) { id: Int secret: String }
    type Open implements Node { id: Int }
    union Any = Doc | Open
    scalar Code @policy(policies: "code")
    type Query { docs(id: Int): [Doc] nested: [[Doc!]] strict: [Doc!] doc: Doc nodes: [Node] any: [Any] code: Code codes: [Code] }`;
  const code = jest.fn<ObjectCheck<number>>((items) => items.map(({ object }) => object < 10));
  const here = { ...policies, code: perObject(code) };
  const type = (row: Row) => ({ __typename: row.id === 4 ? 'Open' : 'Doc', ...row });
  const some = fifty.slice(6, 13).map(type);
  const resolvers = {
    Doc: { secret },
    Query: {
      docs: () => some,
      nested: () => [[some[0], Promise.resolve(some[2])], null, [some[0], some[1]]],
      strict: () => new Set([some[0], some[1], some[2]]),
      doc: () => Promise.resolve(some[5]),
      nodes: () => [...some.slice(0, 2), Promise.resolve(some[6]), type(fifty[4] as Row)],
      any: () => [type(fifty[4] as Row), some[1], some[4]],
      code: () => 10,
      codes: () => [1, 2],
    },
  };
  const schema = guarded(sdl, resolvers as never, { policies: here });
  const ask = (source: string, context: unknown = somebody()) => run(schema, source, context);

  test('one error at the index of each denied item, the others stay, one call for all', async () => {
    const { data, denied } = await ask('{ docs(id: 7) { id __typename secret } }');
    const left = (data as { docs: (Row | null)[] }).docs.map((row) => row?.id ?? null);
    expect(left).toEqual([6, null, 8, null, null, null, null]);
    const paths = denied.map(({ path }) => path).sort();
    expect(paths).toEqual([1, 3, 4, 5, 6].map((at) => `docs.${at}`));
    expect(denied[0]).toMatchObject({ coordinate: 'Query.docs', code: 'FORBIDDEN' });
    expect([own, even].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect(own.mock.calls[0]?.[0][0]).toEqual({ object: some[0], args: {} });
    expect(secret).toHaveBeenCalledTimes(2);
  });

  test('__typename of a denied object is denied with it', async () => {
    expect(await ask('{ doc { __typename } }')).toMatchObject({
      data: { doc: null },
      denied: [{ path: 'doc' }],
    });
  });

  test('behind an interface and a union', async () => {
    const nodes = await ask('{ nodes { id __typename ... on Doc { secret } } }');
    expect(nodes.data).toMatchObject({ nodes: [{ id: 6 }, null, null, { id: 4 }] });
    expect(nodes.denied.map(({ path }) => path).sort()).toEqual(['nodes.1', 'nodes.2']);
    const any = await ask('{ any { __typename } }');
    expect(any.data).toEqual({ any: [{ __typename: 'Open' }, null, null] });
    expect(secret).toHaveBeenCalledTimes(1);
  });

  test('nested lists, promises in them, and lists with non-null items, which fall', async () => {
    const nested = await ask('{ nested { id } }');
    expect(nested.data).toEqual({ nested: [[{ id: 6 }, { id: 8 }], null, null] });
    expect(nested.denied.map(({ path }) => path)).toEqual(['nested.2.1']);
    const strict = await ask('{ strict { id } }');
    expect(strict).toMatchObject({ data: { strict: null }, denied: [{ path: 'strict.1' }] });
  });

  test('a denied scalar nulls its field', async () => {
    expect(await ask('{ code codes }')).toMatchObject({
      data: { code: null, codes: [1, 2] },
      denied: [{ path: 'code', coordinate: 'Query.code' }],
    });
    code.mockReturnValueOnce([true, false]);
    expect(await ask('{ codes }')).toMatchObject({
      data: { codes: null },
      denied: [{ path: 'codes' }],
    });
  });

  test('a null is nothing to ask about', async () => {
    const empty = guarded(
      sdl,
      { Query: { doc: () => null, docs: () => [null] } },
      { policies: here },
    );
    expect((await run(empty, '{ doc { id } docs { id } }', somebody())).denied).toEqual([]);
    expect(own).not.toHaveBeenCalled();
  });

  test('a list with non-null items is warned of at the start', () => {
    const warn = jest.fn();
    const log = { warn, debug: warn, info: warn, error: warn };
    guards({ log, policies: here }).guard(build(sdl));
    const warned = warn.mock.calls.map(
      ([details]) => (details as { coordinate: string }).coordinate,
    );
    expect(warned).toEqual(['Query.nested', 'Query.strict']);
  });
});

describe('before there is an object', () => {
  const run1 = jest.fn(() => ({ id: 1, mine: true }));
  const sdl = `type Row { id: Int secret: Int @policy(policies: "own") }
    type Query { row: Row } type Mutation { row: Row free: Int }`;
  const resolvers = { Query: { row: run1 }, Mutation: { row: run1, free: run1 } };
  beforeEach(() => {
    run1.mockClear();
  });

  test('under reject it counts as denying', async () => {
    const schema = schemaOf(sdl, resolvers, { onUnauthorized: 'reject' });
    const { errors } = await run(schema, '{ row { secret } }', somebody());
    expect(errors?.[0]?.extensions).toMatchObject({ coordinate: 'Row.secret', missing: ['own'] });
    expect(run1).not.toHaveBeenCalled();
    expect(own).not.toHaveBeenCalled();
  });

  test('in a mutation that a renewed token would cure, too', async () => {
    const schema = schemaOf(sdl, resolvers);
    await run(schema, 'mutation { free row { secret } }', expired());
    expect(run1).not.toHaveBeenCalled();
    const { data } = await run(schema, 'mutation { row { secret id } }', somebody());
    expect(data).toEqual({ row: { secret: null, id: 1 } });
  });

  test('a mutation with a guard of its own runs, and the policy over what it returns hides the answer', async () => {
    const schema = schemaOf(
      `type Row @policy(policies: "even") { id: Int } type Query { row: Row } type Mutation { row: Row @authenticated free: Int }`,
      resolvers,
    );
    expect((await run(schema, 'mutation { row { id } }', somebody())).denied).toMatchObject([
      { path: 'row', code: 'FORBIDDEN' },
    ]);
    expect(run1).toHaveBeenCalledTimes(1);
    await run(schema, 'mutation { row { id } }', nobody());
    expect(run1).toHaveBeenCalledTimes(1);
  });
});

test('every event of a subscription is asked about', async () => {
  const schema = schemaOf(
    'type Query { a: Int } type Row { id: Int } type Subscription { row: Row @policy(policies: "own") }',
    {
      Subscription: {
        row: {
          subscribe: async function* () {
            for (const mine of [true, false]) yield await Promise.resolve({ mine, row: { id: 1 } });
          },
        },
      },
    },
  );
  const events = await subscribeTo(schema, 'subscription { row { id } }', somebody());
  const seen: unknown[] = [];
  for await (const { data } of events as AsyncIterable<ExecutionResult>)
    seen.push(plain(data?.['row']));
  expect(seen).toEqual([{ id: 1 }, null]);
});
