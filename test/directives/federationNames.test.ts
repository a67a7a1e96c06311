import { buildSubgraphSchema } from '@apollo/subgraph';
import { describe, expect, test } from '@jest/globals';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, buildASTSchema, parse } from 'graphql';
import { guards, nobody, run, somebody } from './support.js';

const link = (args: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9"${args && `, ${args}`})`;
const subgraph = (args: string, types: string) =>
  buildSubgraphSchema({ typeDefs: parse(`${link(args)} ${types}`) });
/** A schema whose text nobody has validated, as other tools build it. */
const unvalidated = (sdl: string) =>
  buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true });

const f = (directive: string) => `type Query { f: Int ${directive} }`;
const needsA = ['@requiresScopes', [['a']]];
const asked = (schema: GraphQLSchema) =>
  guards()
    .requirementOf(schema, 'Query.f')
    ?.map(({ directive, required }) => [directive, required]);

describe('a guard goes by the name that the federation link gives it', () => {
  test.each([
    ['its own', 'import: ["@requiresScopes"]', '@requiresScopes(scopes: [["a"]])'],
    ['renamed', 'import: [{ name: "@requiresScopes", as: "@needs" }]', '@needs(scopes: [["a"]])'],
    [
      'not imported: with the prefix',
      'import: ["@key"]',
      '@federation__requiresScopes(scopes: [["a"]])',
    ],
    ['the prefix renamed', 'as: "fed"', '@fed__requiresScopes(scopes: [["a"]])'],
    [
      'with its scalar imported',
      'import: ["@requiresScopes", "Scope"]',
      '@requiresScopes(scopes: [["a"]])',
    ],
    [
      'with its scalar renamed',
      'import: ["@requiresScopes", { name: "Scope", as: "Right" }]',
      '@requiresScopes(scopes: [["a"]])',
    ],
  ])('%s', async (_, args, directive) => {
    const schema = subgraph(args, f(directive));
    expect(asked(schema)).toEqual([needsA]);
    const guarded = guards().guard(schema);
    expect((await run(guarded, '{ f }', somebody())).denied).toMatchObject([{ code: 'FORBIDDEN' }]);
    expect((await run(guarded, '{ f }', somebody({ scopes: ['a'] }))).denied).toEqual([]);
  });

  test('@authenticated likewise, on a type as on a field', async () => {
    const schema = guards().guard(
      subgraph(
        'import: [{ name: "@authenticated", as: "@loggedIn" }]',
        'type T @loggedIn { a: Int } type Query { t: T }',
      ),
    );
    expect((await run(schema, '{ t { a } }', nobody())).denied).toMatchObject([{ path: 't' }]);
  });

  test('a link that is not called @link, and one to the specification of one directive', () => {
    const core = `extend schema @core(url: "https://specs.apollo.dev/link/v1.0", as: "core")
      @core(url: "https://specs.apollo.dev/federation/v2.9", as: "fed")`;
    expect(asked(unvalidated(`${core} ${f('@fed__requiresScopes(scopes: ["a"])')}`))).toEqual([
      needsA,
    ]);
    const single = 'extend schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1"';
    expect(asked(unvalidated(`${single}) ${f('@requiresScopes(scopes: "a")')}`))).toEqual([needsA]);
    expect(asked(unvalidated(`${single}, as: "rs") ${f('@rs(scopes: "a")')}`))).toEqual([needsA]);
  });

  test.each([
    ['by name', { needs: { scopes: [['a']] } }],
    ['as a list', [{ name: 'needs', args: { scopes: [['a']] } }]],
  ])('in a schema that is written in code, %s', (_, directives) => {
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { f: { type: GraphQLInt, extensions: { directives } } },
      }),
      extensions: {
        directives: {
          link: {
            url: 'https://specs.apollo.dev/federation/v2.9',
            import: [{ name: '@requiresScopes', as: '@needs' }],
          },
        },
      },
    });
    expect(asked(schema)).toEqual([needsA]);
  });
});

describe('a name that the link gives to something else', () => {
  test('is no guard', () => {
    const args = 'import: [{ name: "@shareable", as: "@authenticated" }]';
    expect(asked(subgraph(args, f('@authenticated')))).toEqual([]);
  });

  test('is no guard without the link either: @needs alone asks for nothing', () => {
    const sdl = `directive @needs(scopes: [[String!]!]!) on FIELD_DEFINITION ${f('@needs(scopes: [["a"]])')}`;
    expect(asked(unvalidated(sdl))).toEqual([]);
  });
});

describe('a directive that is not from the link', () => {
  test('and has our name in another shape stops the start', () => {
    const schema = subgraph(
      'import: [{ name: "@requiresScopes", as: "@needs" }]',
      `directive @requiresScopes(all: [String!]!) on FIELD_DEFINITION ${f('@requiresScopes(all: ["a"])')}`,
    );
    expect(() => guards().guard(schema)).toThrow(
      '@requiresScopes is defined with (all: [String!]!), expected (scopes: [[Scope!]!]!)',
    );
  });

  test('in our shape is ours, beside the link, also where federation has no place for it', async () => {
    const schema = guards().guard(
      subgraph(
        'import: ["@key"]',
        `${guards().typeDefs} type Query { f(a: Int @requiresScopes(scopes: [["a"]])): Int }`,
      ),
    );
    expect((await run(schema, '{ f(a: 1) }', somebody())).denied).toMatchObject([
      { coordinate: 'Query.f(a:)' },
    ]);
    expect((await run(schema, '{ f }', nobody())).denied).toEqual([]);
  });
});

test('a misplaced guard is named as the schema calls it', () => {
  const schema = subgraph(
    'import: [{ name: "@authenticated", as: "@loggedIn" }]',
    'scalar S @loggedIn type Query { f(s: S): Int }',
  );
  expect(() => guards().guard(schema)).toThrow('S: @loggedIn guards what a field returns');
});
