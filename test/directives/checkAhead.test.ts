/** graphql-jit, with which Mercurius may execute, waits for no type, and loses what `resolveType` throws. */
import { describe, expect, jest, test } from '@jest/globals';
import {
  execute,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLInterfaceType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { GuardOptions } from '../../src/directives/options.js';
import { perObject } from '../../src/directives/policies.js';
import { deniedIn, guarded, nobody, plain, somebody } from './support.js';

interface Compiled {
  query(
    root: unknown,
    context: unknown,
    variables: object,
  ): ExecutionResult | Promise<ExecutionResult>;
}

// Mercurius brings it; its types are for another graphql-js.
const { compileQuery } = (await import(String('graphql-jit'))) as {
  compileQuery: (schema: GraphQLSchema, document: DocumentNode) => Compiled;
};

const byJit = async (schema: GraphQLSchema, source: string, context: unknown) =>
  answerOf(await compileQuery(schema, parse(source)).query({}, context, {}));
const byGraphqlJs = async (schema: GraphQLSchema, source: string, contextValue: unknown) =>
  answerOf(await execute({ schema, document: parse(source), contextValue }));

const answerOf = (result: ExecutionResult) => ({
  data: plain(result.data),
  denied: deniedIn(result).sort((a, b) => a.path.localeCompare(b.path)),
});

const later = async <T>(value: T): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return value;
};

const sdl = `
  interface Node { id: ID }
  type Open implements Node { id: ID }
  type Secret implements Node @authenticated { id: ID }
  type Staff implements Node @hasRole(roles: ["staff"]) { id: ID }
  type Doc implements Node @policy(policies: [["mine"]]) { id: ID next: Node }
  type Slow implements Node @policy(policies: [["slow"]]) { id: ID }
  union Any = Open | Secret | Staff | Doc | Slow
  type Row { node: Node }
  type Query {
    node: Node
    must: Node!
    nodes: [Node]
    deep: [[Any]]
    strict: [Any!]
    rows: [Row]
    doc: Node
    foreign: Node
  }
`;
const open = { __typename: 'Open', id: 'o' };
const secret = { __typename: 'Secret', id: 's' };
const staff = { __typename: 'Staff', id: 't' };
const doc = { __typename: 'Doc', id: 'd', owner: 'u1', next: secret };
const foreign = { __typename: 'Doc', id: 'f', owner: 'u2', next: open };
const slow = { __typename: 'Slow', id: 'w' };
const all = [open, secret, staff, doc, foreign, slow];

const policies: NonNullable<GuardOptions['policies']> = {
  mine: perObject<{ owner?: string }>(async (items, viewer) =>
    items.map(({ object }) => object.owner === viewer?.id),
  ),
  slow: (viewer) => later(viewer !== null),
};

const schemaWhere = (hand: (value: unknown) => unknown, more: object = {}) =>
  guarded(
    sdl,
    {
      Query: {
        node: () => hand(secret),
        must: () => hand(secret),
        nodes: () => hand([...all, hand(secret), null]),
        deep: () => hand([[open, staff], hand([foreign, doc]), null]),
        strict: () => hand([open, staff]),
        rows: () => hand(all.map((node) => ({ node }))),
        doc: () => hand(doc),
        foreign: () => hand(foreign),
      },
      ...more,
    },
    { policies },
  );

const typeLater = (object: { __typename: string }) => later(object.__typename);
const ways: [string, GraphQLSchema][] = [
  ['at once', schemaWhere((value) => value)],
  ['later', schemaWhere((value) => later(value))],
  [
    'with types that come later',
    schemaWhere((value) => value, {
      Node: { __resolveType: typeLater },
      Any: { __resolveType: typeLater },
    }),
  ],
  [
    'without a name of their types',
    schemaWhere(
      (value) => value,
      Object.fromEntries(
        all.map(({ __typename }) => [
          __typename,
          { __isTypeOf: (object: typeof open) => object.__typename === __typename },
        ]),
      ),
    ),
  ],
];

describe.each(ways)('in graphql-jit, where objects come %s,', (_, schema) => {
  test.each([
    ['a denied object is null with its own error', '{ node { id } }'],
    ['where null may not stand, it takes what is above with it', '{ must { id } }'],
    ['a list loses only its denied items', '{ nodes { __typename id } }'],
    ['so do lists in lists', '{ deep { ... on Node { id } } }'],
    ['a list of non-null items falls', '{ strict { ... on Node { id } } nodes { id } }'],
    ['each row has its own', '{ rows { node { id } } }'],
    ['what is below a policed object is checked, too', '{ doc { ... on Doc { next { id } } } }'],
    ['an owner gets the object, and nobody else', '{ doc { id } foreign { id } }'],
  ])('%s', async (_fact, source) => {
    for (const context of [nobody, somebody, () => somebody({ roles: ['staff'] })]) {
      const answer = await byGraphqlJs(schema, source, context());
      expect(await byJit(schema, source, context())).toEqual(answer);
      expect(JSON.stringify(answer)).toMatch(/UNAUTHENTICATED|FORBIDDEN|"id"/);
    }
  });
});

describe('graphql-jit', () => {
  test('gets the answer of an owner, whose policy answers later', async () => {
    const schema = schemaWhere((value) => value);
    expect(await byJit(schema, '{ doc { id } foreign { id } }', somebody())).toEqual({
      data: { doc: { id: 'd' }, foreign: null },
      denied: [{ path: 'foreign', code: 'FORBIDDEN', coordinate: 'Query.foreign' }],
    });
  });

  test('gets no protected object by a type in place of its name', async () => {
    const schema = schemaWhere((value) => value);
    const node = schema.getType('Node') as GraphQLInterfaceType;
    node.resolveType = () => schema.getType('Secret') as never;
    expect(await byJit(schema, '{ node { id } }', nobody())).toMatchObject({
      data: { node: null },
      denied: [{ code: 'UNAUTHENTICATED' }],
    });
  });

  test('a policy over objects is asked about the arguments that the resolver gets', async () => {
    const find = jest.fn(() => 'all');
    const narrow = perObject<unknown, { where: { whose?: string } }>((items) =>
      items.map(({ args }) => args.where.whose !== 'all'),
    );
    const schema = guarded(
      `input Where { whose: String = "all", text: String @policy(policies: [["narrow"]]) }
       type Query { find(where: Where): String @policy(policies: [["narrow"]]) }`,
      { Query: { find } },
      { policies: { narrow } },
    );
    // graphql-jit gives null for the variable that is not there, where the default is meant.
    const source = 'query ($whose: String) { find(where: { whose: $whose }) }';
    const answer = { data: { find: null }, denied: [{ path: 'find', code: 'FORBIDDEN' }] };
    expect(await byGraphqlJs(schema, source, somebody())).toMatchObject(answer);
    expect(await byJit(schema, source, somebody())).toMatchObject(answer);
    expect(find).not.toHaveBeenCalled();
  });

  test('asks each policy about each object once', async () => {
    const mine = jest.fn((items: readonly unknown[]) => items.map(() => true));
    const schema = guarded(
      sdl,
      { Query: { nodes: () => [doc, foreign], node: () => doc } },
      { policies: { slow: () => true, mine: perObject(mine) } },
    );
    await byJit(schema, '{ nodes { id } node { id } }', somebody());
    expect(mine.mock.calls.flatMap(([items]) => items)).toHaveLength(3);
  });
});

describe('resolveType', () => {
  /** The info of a field, as graphql-jit has it: without the types of its path. */
  async function infoOf(schema: GraphQLSchema, contextValue: unknown): Promise<GraphQLResolveInfo> {
    let info: GraphQLResolveInfo | undefined;
    const field = schema.getQueryType()!.getFields()['node']!;
    field.resolve = (_, __, ___, seen) => {
      info = seen;
      return null;
    };
    await execute({ schema, document: parse('{ node { id } }'), contextValue });
    return info!;
  }

  test('throws nothing for an executor that loses it, though nobody has checked the object before', async () => {
    const schema = schemaWhere((value) => value);
    const contextValue = nobody();
    const info = await infoOf(schema, contextValue);
    const node = schema.getType('Node') as GraphQLInterfaceType;
    const path = { prev: undefined, key: 'node' } as GraphQLResolveInfo['path'];
    const answer = node.resolveType!(secret, contextValue, { ...info, path }, node);
    expect(schema.getType(answer as string)).toBe(undefined);
    expect(() => node.resolveType!(secret, contextValue, info, node)).toThrow();
  });

  test('is asked once for each object by graphql-js, which waits for it: nothing is checked ahead', async () => {
    const resolveType = jest.fn((object: { __typename: string }) => object.__typename);
    const schema = schemaWhere((value) => value, { Node: { __resolveType: resolveType } });
    const source = '{ node { id } must { id } rows { node { __typename } } }';
    await byGraphqlJs(schema, source, nobody());
    expect(resolveType).toHaveBeenCalledTimes(2 + all.length);
  });
});
