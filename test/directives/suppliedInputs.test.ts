import { describe, expect, jest, test } from '@jest/globals';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import {
  extendSchema,
  GraphQLScalarType,
  parse,
  type OperationDefinitionNode,
  type StringValueNode,
} from 'graphql';
import type { Judgement } from '../../src/directives/judgement.js';
import { perObject, type ObjectCheck } from '../../src/directives/policies.js';
import { build, guarded, guards, nobody, run, somebody } from './support.js';

const sdl = `
  input In {
    open: Int
    role: String = "user" @hasRole(roles: ["admin"])
    deep: [[In!]]
  }
  interface I { inherited(arg: Int @authenticated): Int }
  type Query implements I {
    f(arg: Int = 1 @hasRole(roles: ["admin"]), in: In, list: [In]): Int
    whole(in: In = { role: "admin" }): Int
    inherited(arg: Int): Int
  }
`;
const f = jest.fn(() => 1);
const resolvers = { Query: { f, whole: f, inherited: f } };
const schema = guarded(sdl, resolvers);

describe('what the operation supplies is asked for', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ['a literal', '{ f(arg: 1) }', {}, 'Query.f(arg:)'],
    ['an explicit null', '{ f(arg: null) }', {}, 'Query.f(arg:)'],
    ['a provided variable', 'query ($v: Int) { f(arg: $v) }', { v: 2 }, 'Query.f(arg:)'],
    ['a variable that is null', 'query ($v: Int) { f(arg: $v) }', { v: null }, 'Query.f(arg:)'],
    ["the operation's own default", 'query ($v: Int = 2) { f(arg: $v) }', {}, 'Query.f(arg:)'],
    ['an input field', '{ f(in: { role: "x" }) }', {}, 'In.role'],
    ['an input field that is null', '{ f(in: { role: null }) }', {}, 'In.role'],
    [
      'a variable inside a literal',
      'query ($r: String) { f(in: { role: $r }) }',
      { r: 'x' },
      'In.role',
    ],
    ['a field of a variable', 'query ($i: In) { f(in: $i) }', { i: { role: 'x' } }, 'In.role'],
    [
      'a field of a variable that is null',
      'query ($i: In) { f(in: $i) }',
      { i: { role: null } },
      'In.role',
    ],
    [
      'a field of the own default of a variable',
      'query ($i: In = { role: "x" }) { f(in: $i) }',
      {},
      'In.role',
    ],
    ['at any depth', '{ f(in: { deep: [[{ deep: [[{ role: "x" }]] }]] }) }', {}, 'In.role'],
    [
      'at any depth of a variable',
      'query ($i: In) { f(list: [{ open: 1 }, $i]) }',
      { i: { deep: [{ deep: [[{ role: 'x' }]] }] } },
      'In.role',
    ],
    ['a value that stands alone for a list', '{ f(list: { role: "x" }) }', {}, 'In.role'],
    [
      'a variable that stands alone for a list',
      'query ($l: [In]) { f(list: $l) }',
      { l: { role: 'x' } },
      'In.role',
    ],
    ['an argument that an interface guards', '{ inherited(arg: 1) }', {}, 'Query.inherited(arg:)'],
  ])('%s', async (_, source, variables, coordinate) => {
    f.mockClear();
    const { denied } = await run(schema, source, nobody(), variables);
    expect(denied).toMatchObject([{ coordinate }]);
    expect(f).not.toHaveBeenCalled();
    const admin = somebody({ roles: ['admin'] });
    expect((await run(schema, source, admin, variables)).denied).toEqual([]);
    expect(f).toHaveBeenCalledTimes(1);
  });
});

describe('nothing is asked for', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['an omitted argument with a schema default', '{ f }', {}],
    ['an omitted variable', 'query ($v: Int) { f(arg: $v) }', {}],
    ['an omitted variable in a literal', 'query ($r: String) { f(in: { role: $r }) }', {}],
    ['the schema default of an input field', '{ f(in: { open: 1 }) }', {}],
    ['that of a field of a variable', 'query ($i: In) { f(in: $i) }', { i: { open: 1 } }],
    ['deep inside', 'query ($i: In) { f(in: $i) }', { i: { deep: [[{ open: 1 }, {}]] } }],
    ['a schema default that sets guarded fields', '{ whole }', {}],
    ['that and an omitted variable', 'query ($i: In) { whole(in: $i) }', {}],
  ])('%s', async (_, source, variables) => {
    f.mockClear();
    expect((await run(schema, source, nobody(), variables)).denied).toEqual([]);
    expect(f).toHaveBeenCalledTimes(1);
  });
});

describe('a field of a variable that equals its schema default', () => {
  const source = 'query ($i: In) { f(in: $i) }';
  const document = parse(source);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const variables = { i: { role: 'user' } };

  test('counts as left out during execution: it does what leaving it out does', async () => {
    expect((await run(schema, source, nobody(), variables)).denied).toEqual([]);
  });

  test('is told from one that is left out where judge() has seen the request', async () => {
    const { execute } = await import('graphql');
    const here = guards();
    const exact = here.guard(build(sdl, resolvers));
    for (const [raw, denials] of [
      [variables, 1],
      [{ i: {} }, 0],
    ] as const) {
      const contextValue = nobody();
      const judged = here.judge(exact, document, operation, raw, contextValue) as Judgement;
      expect(judged.denials).toHaveLength(denials);
      const result = await execute({ schema: exact, document, contextValue, variableValues: raw });
      expect(result.errors ?? []).toHaveLength(denials);
    }
  });
});

test('a variable that stands in many places is looked at once', () => {
  const here = guards();
  const exact = here.guard(build(sdl, resolvers));
  const fields = Array.from({ length: 9 }, (_, at) => `a${at}: f(list: $l, in: { deep: [$l] })`);
  const document = parse(`query ($l: [In!]) { ${fields.join(' ')} }`);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const read = jest.fn(() => undefined);
  const raw = { l: [Object.defineProperty({ open: 1 }, 'role', { get: read })] };
  const judgeOnce = (): Judgement =>
    here.judge(exact, document, operation, raw, nobody()) as Judgement;
  expect(judgeOnce().denials).toEqual([]);
  // By graphql-js, and as what stands in two types of lists.
  expect(read).toHaveBeenCalledTimes(3);
});

test('a variable is looked at once, however many types of an interface have the field that takes it', () => {
  const types = Array.from({ length: 9 }, (_, at) => `type T${at} implements N { n(l: [In!]): N }`);
  const typeDefs = `input In { open: Int, role: String @authenticated } interface N { n(l: [In!]): N }
    ${types.join(' ')} type Query { n: N, m(l: [In!]): Int }`;
  const here = guards();
  const exact = here.guard(build(typeDefs));
  const document = parse(
    'query ($l: [In!]) { m(l: $l) n { n(l: $l) { n(l: $l) { __typename } } } }',
  );
  const operation = document.definitions[0] as OperationDefinitionNode;
  const read = jest.fn(() => undefined);
  const raw = { l: [Object.defineProperty({ open: 1 }, 'role', { get: read })] };
  const judged = here.judge(exact, document, operation, raw, nobody()) as Judgement;
  expect(judged.denials).toEqual([]);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a policy over objects is asked of an input field once, in however many rows it is supplied', async () => {
  const own = jest.fn<ObjectCheck<unknown>>((items) => items.map(() => true));
  const policies = { own: perObject(own) };
  const here = guarded(
    `input Row { note: String @policy(policies: [["own"]]) }
     type Query { parent: Parent } type Parent { add(rows: [Row]): Int }`,
    { Query: { parent: () => ({}) }, Parent: { add: (_, { rows }) => rows.length } },
    { policies },
  );
  const rows = Array.from({ length: 200_000 }, () => ({ note: 'x' }));
  const source = 'query ($rows: [Row]) { parent { add(rows: $rows) } }';
  const { data, denied } = await run(here, source, somebody(), { rows });
  expect({ data, denied }).toEqual({ data: { parent: { add: 200_000 } }, denied: [] });
  expect(own.mock.calls.map(([items]) => items.length)).toEqual([1]);
});

test('a judge looks at wrong variables until their first error: graphql-js quotes the whole value in each', () => {
  const here = guards();
  const exact = here.guard(build(sdl, resolvers));
  const document = parse('query ($i: In) { f(in: $i) }');
  const operation = document.definitions[0] as OperationDefinitionNode;
  const quoted = jest.fn(() => 'it');
  const raw = { i: { toJSON: quoted, a: 1, b: 2, c: 3 } };
  void here.judge(exact, document, operation, raw, nobody());
  expect(quoted).toHaveBeenCalledTimes(1);
});

test('scalars and enums guard output only', async () => {
  const here = guarded('enum E @authenticated { A } type Query { take(e: E): Int give: E }', {
    Query: { take: () => 1, give: () => 'A' },
  });
  const { data, denied } = await run(here, '{ take(e: A) give }', nobody());
  expect({ data, paths: denied.map(({ path }) => path) }).toEqual({
    data: { take: 1, give: null },
    paths: ['give'],
  });
});

/** A value whose state nobody can look at, as those of Temporal. */
class Money {
  readonly #cents: number;
  constructor(cents: number) {
    this.#cents = cents;
  }
  toString(): string {
    return String(this.#cents);
  }
}

const parseMoney = (value: unknown) => new Money(Number(value));
const hooked = (hook: (source: unknown, args: { hook: { value: Money } }) => string) =>
  guarded(
    `scalar Money
     input Hook { name: String value: Money = "5" @hasRole(roles: ["admin"]) }
     type Query { hook(hook: Hook): String }`,
    {
      Money: new GraphQLScalarType({
        name: 'Money',
        parseValue: parseMoney,
        parseLiteral: (node) => parseMoney((node as StringValueNode).value),
      }),
      Query: { hook },
    },
  );

test('another value than an opaque default was supplied, and the default itself was not', async () => {
  const ran = jest.fn((_: unknown, { hook }: { hook: { value: Money } }) => String(hook.value));
  const opaque = hooked(ran);
  const ask = (hook: object) =>
    run(opaque, 'query ($hook: Hook) { hook(hook: $hook) }', somebody(), { hook });
  expect((await ask({ value: '100000000' })).errors).toHaveLength(1);
  expect(ran).not.toHaveBeenCalled();
  expect((await ask({ name: 'mine' })).data).toEqual({ hook: '5' });
});

test('an argument or input field that another tool has renamed is guarded as all that it may stand for', async () => {
  const ran = jest.fn(() => 'ran');
  const original = guarded(
    `input Filter { with_deleted: Boolean @hasRole(roles: ["admin"]) page: Int }
     type Query {
       articles(with_deleted: Boolean @hasRole(roles: ["admin"]), first_of: Int): String
       pages(filter: Filter): String
     }`,
    { Query: { articles: ran, pages: ran } },
  );
  const camel = (name: string) =>
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const renamed = mapSchema(original, {
    [MapperKind.INPUT_OBJECT_FIELD]: (config, name) => [camel(name), config],
    [MapperKind.ROOT_FIELD]: (config) => ({
      ...config,
      args: Object.fromEntries(
        Object.entries(config.args ?? {}).map(([name, argument]) => [camel(name), argument]),
      ),
    }),
  });
  for (const [source, variables] of [
    ['{ articles(withDeleted: true) }', {}],
    ['{ pages(filter: { withDeleted: true }) }', {}],
    ['query ($f: Filter) { pages(filter: $f) }', { f: { withDeleted: true } }],
  ] as const) {
    expect([source, (await run(renamed, source, somebody(), variables)).errors]).toEqual([
      source,
      [expect.anything()],
    ]);
  }
  expect(ran).not.toHaveBeenCalled();
  const { data } = await run(renamed, '{ pages(filter: { page: 1 }) }', somebody());
  expect(data).toEqual({ pages: 'ran' });
});

test('what a copy of the schema fills in was not supplied: defaults that a tool reads anew, and fields that it adds', async () => {
  const original = hooked(() => 'ran');
  const extended = extendSchema(original, parse('extend input Hook { extra: Int = 1 }'));
  const source = 'query ($hook: Hook) { hook(hook: $hook) }';
  for (const copy of [mapSchema(original, {}), extended]) {
    const { data } = await run(copy, source, somebody(), { hook: { name: 'a' } });
    expect(data).toEqual({ hook: 'ran' });
    const denied = await run(copy, source, somebody(), { hook: { value: '6' } });
    expect(denied.denied).toHaveLength(1);
  }
  // Nobody knows what another value of it would do.
  const other = await run(extended, source, somebody(), { hook: { extra: 2 } });
  expect(other.denied).toHaveLength(1);
});
