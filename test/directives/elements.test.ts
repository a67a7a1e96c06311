import { describe, expect, test } from '@jest/globals';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, type GraphQLFieldConfig } from 'graphql';
import { build, guards, nobody, run, somebody } from './support.js';

const codeFirst = (f: Omit<GraphQLFieldConfig<unknown, unknown>, 'type'>, type = {}) =>
  new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { f: { type: GraphQLInt, resolve: () => 1, ...f } },
      extensions: type,
    }),
  });

describe('a schema that is written in code says it in extensions', () => {
  test.each([
    ['a flag', { authenticated: true }],
    ['with arguments', { requiresScopes: { scopes: [['s']] } }],
    ['roles', { hasRole: { roles: ['r'] } }],
    ['as @graphql-tools/utils reads it', { directives: { requiresScopes: { scopes: [['s']] } } }],
    ['several times', { directives: { hasRole: [{ roles: ['r'] }, { roles: ['q', 'r'] }] } }],
  ])('%s', async (_, extensions) => {
    for (const schema of [codeFirst({ extensions }), codeFirst({}, extensions)]) {
      const guarded = guards().guard(schema);
      expect((await run(guarded, '{ f }', nobody())).data).toEqual({ f: null });
      const holder = somebody({ scopes: ['s'], roles: ['r'] });
      expect((await run(guarded, '{ f }', holder)).data).toEqual({ f: 1 });
    }
  });

  test.each(['authenticated', '@authenticated', ['authenticated'], [{ name: 'authenticated' }]])(
    'a name alone is a guard without arguments: %j',
    async (directives) => {
      const guarded = guards().guard(codeFirst({ extensions: { directives } }));
      expect((await run(guarded, '{ f }', nobody())).data).toEqual({ f: null });
      expect((await run(guarded, '{ f }', somebody())).data).toEqual({ f: 1 });
    },
  );

  test('a name alone whose guard needs arguments is a mistake', () => {
    const schema = codeFirst({ extensions: { directives: ['requiresScopes'] } });
    expect(() => guards().guard(schema)).toThrow(TypeError);
  });

  test('public: true, and false is as if it were not there', async () => {
    const protect = guards({ mode: 'protect-all' });
    const open = protect.guard(codeFirst({ extensions: { public: true, authenticated: false } }));
    expect((await run(open, '{ f }', nobody())).data).toEqual({ f: 1 });
  });
});

describe('what a schema says of itself', () => {
  const schema = build(`
    input In { a: Int @requiresScopes(scopes: [["in"]]) b: Int }
    type O @requiresScopes(scopes: [["o", "p"], ["q"]]) { a(x: Int @requiresScopes(scopes: "arg")): Int }
    type Query { o(i: In): O @hasRole(roles: ["r"]) }
  `);
  const here = guards();
  const asks = (coordinate: string) =>
    here.requirementOf(schema, coordinate)?.map(({ directive, required }) => [directive, required]);

  test('scopesOf names every scope of any directive, guarded or not yet', () => {
    const all = ['arg', 'in', 'o', 'p', 'q'];
    expect(here.scopesOf(schema)).toEqual(all);
    expect(here.scopesOf(here.guard(schema))).toEqual(all);
  });

  test('requirementOf answers for fields, types, arguments and input fields', () => {
    expect(asks('Query.o')).toEqual([
      ['@hasRole', ['r']],
      ['@requiresScopes', [['o', 'p'], ['q']]],
    ]);
    expect(asks('O')).toEqual([['@requiresScopes', [['o', 'p'], ['q']]]]);
    expect(asks('O.a(x:)')).toEqual([['@requiresScopes', [['arg']]]]);
    expect(asks('In.a')).toEqual([['@requiresScopes', [['in']]]]);
    expect(asks('In.b')).toEqual([]);
    expect(asks('Query.o(i:)')).toEqual([]);
    expect(here.requirementOf(schema, 'Query.nothing')).toBeNull();
  });
});
