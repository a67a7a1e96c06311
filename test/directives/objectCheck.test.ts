import { describe, expect, jest, test } from '@jest/globals';
import { isInterfaceType, type GraphQLInterfaceType } from 'graphql';
import { perObject } from '../../src/directives/policies.js';
import type { Log } from '../../src/log.js';
import { build, guarded, guards, nobody, run, somebody } from './support.js';

const sdl = `
  interface Node { id: ID }
  type Secret implements Node @requiresScopes(scopes: [["s"]]) { id: ID word: String }
  type Open implements Node { id: ID hint: String @hasRole(roles: ["r"]) }
  union Any = Secret | Open
  type Query {
    node(id: ID): Node
    any: [Any]
    nested: [[Node]]
    strict: [Node!]
    secret: Secret
    onlySecret: OnlySecret
  }
  union OnlySecret = Secret
`;
const word = jest.fn(() => 'word');
const hint = jest.fn(() => 'hint');
const onlySecret = jest.fn(() => ({ __typename: 'Secret' }));
const secret = { __typename: 'Secret', id: 's' };
const open = { __typename: 'Open', id: 'o' };
const resolvers = {
  Secret: { word },
  Open: { hint },
  Query: {
    node: () => secret,
    any: () => [secret, open, Promise.resolve(secret), null],
    nested: () => [[open, secret], [secret]],
    strict: () => [open, secret],
    secret: () => secret,
    onlySecret,
  },
};
const schema = guarded(sdl, resolvers);
const ask = async (source: string, context: unknown = nobody(), variables = {}) => {
  word.mockClear();
  hint.mockClear();
  onlySecret.mockClear();
  const result = await run(schema, source, context, variables);
  const paths = result.denied.map(({ path }) => path);
  return { data: result.data, paths, denied: result.denied, words: word.mock.calls.length };
};

describe('a protected object cannot be reached', () => {
  test.each([
    ['by an interface', '{ node { id ... on Secret { word } } }'],
    ['by node(id)', '{ node(id: "s") { __typename id } }'],
    ['by a named fragment', '{ node { ...F } } fragment F on Secret { id word }'],
    ['by a fragment on another interface', '{ node { ... on Node { ... on Secret { word } } } }'],
    ['by an alias', '{ node: node { w: id ... on Secret { word } } }'],
    ['for its __typename', '{ node { __typename } }'],
    ['through @include', 'query ($y: Boolean = true) { node { ... @include(if: $y) { id } } }'],
    [
      'through @skip',
      'query ($n: Boolean = false) { node { ... on Secret @skip(if: $n) { word } } }',
    ],
  ])('%s', async (_, source) => {
    expect(await ask(source)).toEqual({
      data: { node: null },
      paths: ['node'],
      denied: [{ path: 'node', code: 'UNAUTHENTICATED', coordinate: 'Query.node' }],
      words: 0,
    });
  });

  test('by its own name', async () => {
    expect(await ask('{ secret { word } }')).toMatchObject({ paths: ['secret'], words: 0 });
  });

  test('by a union: a denied item is null with an error at its index, the others stay', async () => {
    expect(await ask('{ any { __typename ... on Secret { word } ... on Open { id } } }')).toEqual({
      data: { any: [null, { __typename: 'Open', id: 'o' }, null, null] },
      paths: ['any.0', 'any.2'],
      denied: [expect.anything(), expect.anything()],
      words: 0,
    });
  });

  test('by nested lists', async () => {
    expect(await ask('{ nested { id } }')).toMatchObject({
      data: { nested: [[{ id: 'o' }, null], [null]] },
      paths: ['nested.0.1', 'nested.1.0'],
    });
  });

  test('where items are non-null the whole list falls', async () => {
    expect(await ask('{ strict { id } }')).toMatchObject({
      data: { strict: null },
      paths: ['strict.1'],
    });
  });

  test('an abstract field all of whose possible types are denied does not run', async () => {
    expect(await ask('{ onlySecret { __typename } }')).toMatchObject({ paths: ['onlySecret'] });
    expect(onlySecret).not.toHaveBeenCalled();
    await ask('{ onlySecret { __typename } }', somebody({ scopes: ['s'] }));
    expect(onlySecret).toHaveBeenCalledTimes(1);
  });

  test('but its field is denied alone where only the field asks', async () => {
    expect(
      await ask('{ any { ... on Open { id hint } } }', somebody({ scopes: ['s'] })),
    ).toMatchObject({
      data: { any: [{}, { id: 'o', hint: null }, {}, null] },
      denied: [{ path: 'any.1.hint', coordinate: 'Open.hint', code: 'FORBIDDEN' }],
    });
    expect(hint).not.toHaveBeenCalled();
  });

  test('and who holds the grants sees it', async () => {
    const { data } = await ask('{ node { ... on Secret { word } } }', somebody({ scopes: ['s'] }));
    expect(data).toEqual({ node: { word: 'word' } });
  });
});

describe('the check of the object', () => {
  test('asks the resolveType of the schema, sync, async or thenable, and isTypeOf', async () => {
    const thenable = { then: (done: (name: string) => void) => done('Secret') };
    const ways: object[] = [
      { Node: { __resolveType: () => 'Secret' } },
      { Node: { __resolveType: () => Promise.resolve('Secret') } },
      { Node: { __resolveType: () => thenable as never } },
      { Secret: { __isTypeOf: () => true } },
    ];
    for (const way of ways) {
      const here = guarded(sdl, { Query: { node: () => ({ id: 's' }) }, ...way });
      expect((await run(here, '{ node { id } }', nobody())).denied).toHaveLength(1);
      const seen = await run(here, '{ node { id } }', somebody({ scopes: ['s'] }));
      expect(seen.data).toEqual({ node: { id: 's' } });
    }
  });

  test('stays when resolveType is set after the schema was guarded', async () => {
    const here = guarded(sdl, { Query: { node: () => ({ id: 's' }) } });
    const node = here.getType('Node');
    expect(isInterfaceType(node)).toBe(true);
    (node as GraphQLInterfaceType).resolveType = () => 'Secret';
    expect((await run(here, '{ node { id } }', nobody())).denied).toHaveLength(1);
  });

  test('a list that one denied object would empty is warned of at the start', () => {
    const warn = jest.fn<Log['warn']>();
    const log = { warn, debug: warn, info: warn, error: warn };
    guards({ log }).guard(build(sdl, resolvers));
    expect(warn.mock.calls).toEqual([
      [{ coordinate: 'Query.strict' }, expect.stringContaining('[Node!]')],
    ]);
  });
});

test('an object that a resolver hands out again, changed, is asked about again', async () => {
  const row = { __typename: 'Doc', id: 0, isMine: true };
  const reused = guarded(
    `interface Item { id: Int }
     type Doc implements Item @policy(policies: [["mine"]]) { id: Int }
     type Parent { item: Item }
     type Query { parents: [Parent] }`,
    {
      Query: { parents: () => [1, 2] },
      Parent: {
        async item(parent: number) {
          if (parent === 2) await new Promise((resolve) => setTimeout(resolve, 20));
          return Object.assign(row, { id: parent, isMine: parent === 1 });
        },
      },
    },
    {
      policies: {
        mine: perObject<{ isMine: boolean }>((items) => items.map(({ object }) => object.isMine)),
      },
    },
  );
  const { data, denied } = await run(reused, '{ parents { item { id } } }', somebody());
  expect(data).toEqual({ parents: [{ item: { id: 1 } }, { item: null }] });
  expect(denied).toHaveLength(1);
});
