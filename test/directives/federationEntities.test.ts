import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { graphql, parse, type GraphQLSchema } from 'graphql';
import type { GuardOptions } from '../../src/directives/options.js';
import { perObject } from '../../src/directives/policies.js';
import { silentLog } from '../../src/log.js';
import { guards, nobody, run, somebody } from './support.js';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@authenticated", { name: "@requiresScopes", as: "@needs" }, "@policy"])`;
const looked = jest.fn();
beforeEach(() => void looked.mockClear());
const resolver = (typeName: string) => ({
  __resolveReference: ({ id }: { id: string }) => {
    looked(`${typeName} ${id}`);
    return { id, secret: `of ${id}` };
  },
});

/** A guarded subgraph with the entities Open, Shut (needs a scope) and Own (a policy), and the interface Media. */
function subgraph(options: GuardOptions = {}, more = ''): GraphQLSchema {
  const typeDefs = parse(`${link}
    type Open @key(fields: "id") { id: ID! secret: String @authenticated }
    type Shut @key(fields: "id") @needs(scopes: [["shut"]]) { id: ID! secret: String }
    type Own @key(fields: "id") @policy(policies: [["mine"]]) { id: ID! secret: String }
    interface Media @key(fields: "id") { id: ID! }
    type Film implements Media @key(fields: "id") @authenticated { id: ID! }
    type Query { open: Open } ${more}`);
  const resolvers = {
    Open: resolver('Open'),
    Shut: resolver('Shut'),
    Own: resolver('Own'),
    Film: resolver('Film'),
    Media: { __resolveType: () => 'Film' },
  };
  const policies = {
    mine: perObject((items) => items.map(({ object }) => (object as { id: string }).id === '1')),
  };
  return guards({ policies, ...options }).guard(buildSubgraphSchema({ typeDefs, resolvers }));
}

const source = `query ($these: [_Any!]!) { _entities(representations: $these) {
  __typename ... on Open { id } ... on Shut { id secret } ... on Own { id } ... on Film { id }
} }`;
const ask = (schema: GraphQLSchema, context: object, ...these: [type: string, id: string][]) =>
  run(schema, source, context, { these: these.map(([__typename, id]) => ({ __typename, id })) });

describe('_entities reaches a protected object only through its guards', () => {
  test('a denied item is null with an error at its index, and the others come', async () => {
    const { data, denied } = await ask(
      subgraph(),
      nobody(),
      ['Open', 'a'],
      ['Shut', 'b'],
      ['Open', 'c'],
      ['Film', 'd'],
    );
    expect(data).toEqual({
      _entities: [{ __typename: 'Open', id: 'a' }, null, { __typename: 'Open', id: 'c' }, null],
    });
    expect(denied).toEqual([
      { path: '_entities.1', code: 'UNAUTHENTICATED', coordinate: 'Query._entities' },
      { path: '_entities.3', code: 'UNAUTHENTICATED', coordinate: 'Query._entities' },
    ]);
  });

  test('a reference is not looked up for those who may not have its type', async () => {
    const schema = subgraph();
    await ask(schema, somebody(), ['Open', 'a'], ['Shut', 'b']);
    expect(looked.mock.calls).toEqual([['Open a']]);
    const { denied } = await ask(schema, somebody({ scopes: ['shut'] }), ['Shut', 'b']);
    expect(denied).toEqual([]);
    expect(looked).toHaveBeenCalledWith('Shut b');
  });

  test('a field of an entity keeps its own guard', async () => {
    const { data, denied } = await run(
      subgraph(),
      '{ _entities(representations: [{ __typename: "Open", id: "a" }]) { ... on Open { id secret } } }',
      nobody(),
    );
    expect(data).toEqual({ _entities: [{ id: 'a', secret: null }] });
    expect(denied).toMatchObject([{ path: '_entities.0.secret', coordinate: 'Open.secret' }]);
  });

  test('a reference to an interface counts as the object that comes', async () => {
    const schema = subgraph();
    const { data, denied } = await ask(schema, nobody(), ['Media', 'm'], ['Open', 'a']);
    expect(data).toEqual({ _entities: [null, { __typename: 'Open', id: 'a' }] });
    expect(denied).toMatchObject([{ path: '_entities.0' }]);
    expect((await ask(schema, somebody(), ['Media', 'm'])).denied).toEqual([]);
  });

  test('a policy over objects judges each by itself', async () => {
    const { data, denied } = await ask(subgraph(), somebody(), ['Own', '1'], ['Own', '2']);
    expect(data).toEqual({ _entities: [{ __typename: 'Own', id: '1' }, null] });
    expect(denied).toMatchObject([{ path: '_entities.1', code: 'FORBIDDEN' }]);
  });

  test('where every entity is denied, the field does not run', async () => {
    const typeDefs = parse(
      `${link} type T @key(fields: "id") @authenticated { id: ID! } type Query { t: T }`,
    );
    const schema = guards().guard(
      buildSubgraphSchema({ typeDefs, resolvers: { T: resolver('T') } }),
    );
    const { data, denied } = await run(
      schema,
      '{ _entities(representations: [{ __typename: "T", id: "1" }]) { __typename } }',
      nobody(),
    );
    expect({ data, denied }).toMatchObject({ data: null, denied: [{ path: '_entities' }] });
    expect(looked).not.toHaveBeenCalled();
  });

  test('a trial run denies nothing and notes what it would', async () => {
    const warn = jest.fn();
    const schema = subgraph({ dryRun: true, log: { ...silentLog, warn } });
    const { data, denied } = await ask(schema, nobody(), ['Shut', 'b']);
    expect({ data, denied }).toEqual({
      data: { _entities: [{ __typename: 'Shut', id: 'b', secret: 'of b' }] },
      denied: [],
    });
    expect(warn).toHaveBeenCalledWith(
      expect.anything(),
      expect.stringContaining('Query._entities'),
    );
  });

  test('protect-all asks for a login for it', async () => {
    const schema = subgraph({ mode: 'protect-all' });
    expect(await ask(schema, nobody(), ['Open', 'a'])).toMatchObject({
      data: null,
      denied: [{ path: '_entities', code: 'UNAUTHENTICATED' }],
    });
    expect((await ask(schema, somebody(), ['Open', 'a'])).denied).toEqual([]);
  });
});

describe('_service', () => {
  const sdlOf = async (schema: GraphQLSchema, context: object = nobody()) => {
    const { data } = await graphql({
      schema,
      source: '{ _service { sdl } }',
      contextValue: context,
    });
    return (data as { _service: { sdl: string } })._service.sdl;
  };
  const additions = `${guards().typeDefs}
    type Query { f(a: Int @authenticated): Int @hasRole(roles: ["r"]) g: Int @authenticated }`;
  const withAdditions = buildSubgraphSchema({
    typeDefs: parse(
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) ${additions}`,
    ),
    resolvers: { Query: { f: () => 1 } },
  });

  test('answers what composition accepts; this subgraph enforces what the answer leaves out', async () => {
    const schema = guards().guard(withAdditions);
    const sdl = await sdlOf(schema);
    expect(sdl).toMatch(/f\(a: Int\): Int\n/);
    const composed = composeServices([{ name: 'one', url: 'http://one', typeDefs: parse(sdl) }]);
    expect(composed.errors).toBeUndefined();
    expect(composed.supergraphSdl).toMatch(/g: Int @authenticated/);
    expect((await run(schema, '{ f }', somebody())).denied).toMatchObject([{ code: 'FORBIDDEN' }]);
    const reader = somebody({ roles: ['r'] });
    expect(await run(schema, '{ f(a: 1) }', reader)).toMatchObject({ data: { f: 1 } });
  });

  test('warns at the start of each guard that it leaves out', () => {
    const warn = jest.fn();
    guards({ log: { ...silentLog, warn } }).guard(withAdditions);
    expect(warn.mock.calls.map(([, sentence]) => sentence)).toEqual([
      expect.stringMatching(/^Query\.f: @hasRole is left out, .* still enforces it\.$/),
      expect.stringMatching(/^Query\.f\(a:\): @authenticated is left out, .* still enforces it\.$/),
    ]);
  });

  test('without additions it is what Apollo made of it, but for its own definitions of guards', async () => {
    const warn = jest.fn();
    const sdl = await sdlOf(subgraph({ log: { ...silentLog, warn } }));
    expect(warn).not.toHaveBeenCalled();
    expect(sdl).toContain('@needs(scopes: [["shut"]])');
    expect(composeServices([{ name: 'a', url: 'http://a', typeDefs: parse(sdl) }]).errors).toBe(
      undefined,
    );
  });

  test('asks for schema:read where introspection is filtered, for else it would show everything', async () => {
    const schema = subgraph({ filterIntrospection: true });
    expect((await run(schema, '{ _service { sdl } }', nobody())).denied).toEqual([
      { path: '_service', code: 'UNAUTHENTICATED', coordinate: 'Query._service' },
    ]);
    expect((await run(schema, '{ _service { sdl } }', somebody())).denied).toMatchObject([
      { path: '_service', code: 'FORBIDDEN' },
    ]);
    expect(await sdlOf(schema, somebody({ scopes: ['schema:read'] }))).toContain('type Open');
    const here = guards({ filterIntrospection: true, policies: { mine: () => true } });
    expect(here.scopesOf(schema)).toContain('schema:read');
  });

  test('is open where it is not', async () => {
    expect(await sdlOf(subgraph())).toContain('type Open');
    expect(guards().requirementOf(withAdditions, 'Query._service')).toEqual([]);
  });
});
