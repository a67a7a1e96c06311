import { describe, expect, jest, test } from '@jest/globals';
import { mergeSchemas } from '@graphql-tools/schema';
import { mapSchema, MapperKind } from '@graphql-tools/utils';
import {
  extendSchema,
  GraphQLObjectType,
  lexicographicSortSchema,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GuardOptions } from '../../src/directives/options.js';
import { build, guarded, guards, nobody, run, somebody } from './support.js';

const node = 'interface N { id: ID }';
const withNode = (types: string, field: string, answer: object): GraphQLSchema =>
  guarded(`${node} ${types} type Query { ${field}: N }`, { Query: { [field]: () => answer } });

const renameTypes = (schema: GraphQLSchema, names: Record<string, string>): GraphQLSchema =>
  mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) => {
      const name = names[type.name];
      return name === undefined ? type : new GraphQLObjectType({ ...type.toConfig(), name });
    },
  });

describe('a copy that another tool makes of a guarded schema', () => {
  test('a guarded field that takes the name of an open one stays closed', async () => {
    const viewer = jest.fn(() => 'secret');
    const schema = guarded('type Query { me: String viewer: String @authenticated }', {
      Query: { viewer },
    });
    const copy = mapSchema(schema, {
      [MapperKind.QUERY_ROOT_FIELD]: (config, name) => (name === 'me' ? null : ['me', config]),
    });
    expect((await run(copy, '{ me }', nobody())).data).toEqual({ me: null });
    expect(viewer).not.toHaveBeenCalled();
    expect((await run(copy, '{ me }', somebody())).data).toEqual({ me: 'secret' });
  });

  test.each<Record<string, string>>([{ S: 'T' }, { S: 'A', A: 'S' }])(
    'a guarded type behind an interface stays closed as %o',
    async (names) => {
      const types = `${node} type A implements N { id: ID } type S implements N @authenticated { id: ID }`;
      const kind = (name: string) => ({ __isTypeOf: (it: { kind: string }) => it.kind === name });
      const schema = guarded(`${types} type Query { n: N }`, {
        Query: { n: () => ({ id: 1, kind: 'S' }) },
        A: kind('A'),
        S: kind('S'),
      });
      const copy = renameTypes(schema, names);
      expect((await run(copy, '{ n { __typename } }', nobody())).data).toEqual({ n: null });
      expect((await run(copy, '{ n { __typename } }', somebody())).data).toEqual({
        n: { __typename: names['S'] },
      });
    },
  );

  test('a type that joins a guarded interface later brings its guard', async () => {
    const closed = 'type A implements N @hasRole(roles: ["r"]) { id: ID }';
    const open = 'type B implements N { id: ID }';
    const schema = withNode(`${closed} ${open}`, 'n', { __typename: 'S', id: 1 });
    const copy = extendSchema(schema, parse('type S implements N @authenticated { id: ID }'));
    expect((await run(copy, '{ n { id } }', nobody())).data).toEqual({ n: null });
    expect((await run(copy, '{ n { id } }', somebody())).data).toEqual({ n: { id: '1' } });
  });

  test('two guarded schemas in one: each keeps its types closed behind the interface of both', async () => {
    const one = withNode(
      'type S implements N @authenticated { id: ID } type P implements N { id: ID }',
      'one',
      { __typename: 'S' },
    );
    const two = withNode('type T implements N @authenticated { id: ID }', 'two', {
      __typename: 'T',
    });
    for (const schemas of [
      [one, two],
      [two, one],
    ]) {
      const both = mergeSchemas({ schemas, assumeValid: true });
      const { data } = await run(both, '{ one { __typename } two { __typename } }', nobody());
      expect(data).toEqual({ one: null, two: null });
    }
  });

  test.each([
    ['extend union U = S', '{ u { ... on A { id } ... on S { id } } }'],
    ['extend type S implements N', '{ n { id } }'],
  ])(
    'a guarded object that may stand at an open field later stays closed: %s',
    async (later, source) => {
      const id = jest.fn(() => 'secret');
      const schema = guarded(
        `${node} union U = A type A implements N { id: ID } type S @authenticated { id: ID }
      type Query { u: U n: N }`,
        { Query: { u: () => ({ __typename: 'S' }), n: () => ({ __typename: 'S' }) }, S: { id } },
      );
      const copy = extendSchema(schema, parse(later));
      const { data, denied } = await run(copy, source, nobody());
      expect(JSON.stringify(data)).not.toContain('secret');
      expect(denied).toMatchObject([{ code: 'UNAUTHENTICATED' }]);
      expect(id).not.toHaveBeenCalled();
      expect(JSON.stringify((await run(copy, source, somebody())).data)).toContain('secret');
    },
  );

  test('a field that returns another type later brings the guard of that type', async () => {
    const id = jest.fn(() => 'secret');
    const schema = guarded(
      'type A { id: ID } type S @authenticated { id: ID } type Query { a: A s: S }',
      {
        Query: { a: () => ({}), s: () => ({}) },
        S: { id },
      },
    );
    const copy = mapSchema(schema, {
      [MapperKind.QUERY_ROOT_FIELD]: (config, name) =>
        name === 'a' ? { ...config, type: schema.getType('S') as GraphQLObjectType } : config,
    });
    const { data } = await run(copy, '{ a { id } }', nobody());
    expect(JSON.stringify(data)).not.toContain('secret');
    expect(id).not.toHaveBeenCalled();
  });

  test('sorted it answers the same', async () => {
    const schema = withNode(
      'type S implements N @authenticated { id: ID } type P implements N { id: ID }',
      'n',
      { __typename: 'S' },
    );
    const copy = lexicographicSortSchema(schema);
    expect((await run(copy, '{ n { id } }', nobody())).data).toEqual({ n: null });
  });
});

describe('what stands on the schema itself stays on a copy that extendSchema makes', () => {
  const typeDefs = 'type Query @authenticated { a: Int }';
  const extended = (options: GuardOptions) =>
    extendSchema(guarded(typeDefs, {}, options), parse('type Other { a: Int }'));

  test('the filter of introspection', async () => {
    const source = '{ __type(name: "Query") { fields { name } } }';
    const { data } = await run(extended({ filterIntrospection: true }), source, nobody());
    expect(JSON.stringify(data)).not.toContain('"a"');
  });

  test('the guard on __typename of a root type', async () => {
    const { denied } = await run(extended({}), '{ __typename }', nobody());
    expect(denied).toMatchObject([{ coordinate: 'Query.__typename' }]);
  });

  test('that it is guarded', () => {
    expect(() => guards().guard(extended({}))).toThrow('This schema is guarded already.');
  });
});

describe('a field that was added after the schema was guarded', () => {
  const judged = (mode: 'granular' | 'protect-all', addition: string) => {
    const made = guards({ mode });
    const schema = made.guard(build('type Query { f: String @authenticated }'));
    const copy = extendSchema(schema, parse(addition));
    const document = parse('{ g }');
    const operation = document.definitions[0] as OperationDefinitionNode;
    return () => made.judge(copy, document, operation, {}, nobody());
  };

  test('with a guard is a mistake that the static pass tells', () => {
    expect(judged('granular', 'extend type Query { g: String @authenticated }')).toThrow(
      new TypeError(
        'Query.g: @authenticated is not enforced, because the field came after guard(schema). Call guard(schema) last of all.',
      ),
    );
    expect(judged('protect-all', 'extend type Query { g: String }')).toThrow(TypeError);
  });

  test('without one it is open', () => {
    const judgement = judged('granular', 'extend type Query { g: String }')();
    expect(judgement).toMatchObject({ denials: [], refuseAll: false, runnable: null });
  });
});
