import { describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { guardTypeDefs } from '../../src/directives/directives.js';
import { report, requirementText } from '../../src/directives/report.js';
import { guards } from './support.js';

const schemaOf = (sdl: string) => buildSchema(`${guardTypeDefs} ${sdl}`);
/** By coordinate: what is its own, then what comes from elsewhere. */
function reported(schema: GraphQLSchema, mode?: 'protect-all'): Record<string, string[]> {
  const { entries } = report(schema, mode && { mode });
  return Object.fromEntries(
    entries.map(({ coordinate, own, inherited }) => [
      coordinate,
      [
        ...own.map(requirementText),
        ...inherited.map(
          (each) =>
            `${requirementText(each)} from ${each.from}${each.object === null ? '' : ` (${each.object})`}`,
        ),
      ],
    ]),
  );
}

describe('every coordinate says what it asks for, and where that is written', () => {
  const schema = schemaOf(`
    interface J @hasRole(roles: ["j"]) { a(x: Int @requiresScopes(scopes: [["x"]])): Int }
    interface I { a(x: Int): Int @requiresScopes(scopes: [["i", "k"], ["l"]]) }
    type O implements I & J @authenticated { a(x: Int): Int b: S }
    type P { c: Int }
    scalar S @hasRole(roles: ["s", "t"])
    union U = O | P
    input In { a: Int @authenticated b: Int }
    type Query @authenticated { o: [O!]! u: U i: I j(in: In): J }
    type Mutation { u: U }
  `);
  const all = reported(schema);

  test('a field: its own, of interfaces, its parent, what it returns', () => {
    expect(all['O.a']).toEqual([
      '@requiresScopes(i & k | l) from I.a',
      '@authenticated from O',
      '@hasRole(j) from J',
    ]);
    expect(all['O.b']).toEqual([
      '@authenticated from O',
      '@hasRole(j) from J',
      '@hasRole(s | t) from S',
    ]);
    expect(all['Query.o']).toEqual(['@authenticated from Query', '@hasRole(j) from J']);
  });

  test('an abstract type: what each object asks for; of a mutation, what all of them do', () => {
    expect(all['Query.u']).toEqual(['@authenticated from Query', '@hasRole(j) from J (O)']);
    expect(all['Query.j']).toEqual(['@authenticated from Query', '@hasRole(j) from J']);
    expect(all['Mutation.u']).toEqual(['@authenticated from O', '@hasRole(j) from J']);
  });

  test('arguments and input fields, those that ask for something', () => {
    expect(all['J.a(x:)']).toEqual(['@requiresScopes(x)']);
    expect(all['O.a(x:)']).toEqual(['@requiresScopes(x) from J.a(x:)']);
    expect(all['In.a']).toEqual(['@authenticated']);
    expect(all).not.toHaveProperty(['I.a(x:)']);
    expect(all).not.toHaveProperty(['In.b']);
  });

  test('types, in an order that does not hang on the text: roots, then by name', () => {
    const types = report(schema).entries.filter(({ kind }) => kind === 'type');
    expect(types.map(({ coordinate }) => coordinate).join(' ')).toBe(
      'Query Mutation I In J O P S U',
    );
    expect(all['O']).toEqual(['@authenticated', '@hasRole(j) from J']);
  });

  test('it is what the guards enforce', () => {
    for (const mode of ['granular', 'protect-all'] as const) {
      const here = guards({ mode });
      for (const { coordinate, own, inherited } of report(schema, { mode }).entries) {
        const always = [...own, ...inherited].filter(({ object }) => object === null);
        const enforced = (here.requirementOf(schema, coordinate) ?? []).map(requirementText);
        // The types that may come are asked apart from the field.
        if (coordinate === 'Mutation.u') continue;
        expect([coordinate, ...always.map(requirementText).sort()]).toEqual([
          coordinate,
          ...enforced.sort(),
        ]);
      }
    }
  });
});

describe('what nothing guards', () => {
  const unguarded = (sdl: string, mode: 'granular' | 'protect-all' = 'granular') => {
    const { query, mutation, subscription } = report(schemaOf(sdl), { mode }).unguarded;
    return [...query, ...mutation, ...subscription];
  };

  test('a root field that asks for nothing and is not @public', () => {
    const sdl = `type O { a: Int } type G @authenticated { a: Int }
      type Query { a: Int b: Int @public c: Int @authenticated d: O e: G }
      type Mutation { a: Int } type Subscription { a: Int }`;
    expect(unguarded(sdl)).toEqual(['Query.a', 'Query.d', 'Mutation.a', 'Subscription.a']);
    expect(unguarded(sdl, 'protect-all')).toEqual([]);
  });

  test('an abstract type counts where all that may come are guarded', () => {
    const types =
      'type G @authenticated { a: Int } type H @authenticated { a: Int } type O { a: Int }';
    const fields = 'union GH = G | H union GO = G | O type Query { all: GH some: GO }';
    expect(unguarded(`${types} ${fields}`)).toEqual(['Query.some']);
  });

  test('guards on arguments do not count: they need not be supplied', () => {
    expect(unguarded('type Query { f(a: Int @authenticated): Int }')).toEqual(['Query.f']);
  });

  test('the fields that Federation adds are not asked about', () => {
    expect(unguarded('type _Service { sdl: String } type Query { _service: _Service! }')).toEqual(
      [],
    );
  });
});

test('protect-all is named as a source', () => {
  const schema = schemaOf('type Query { f: Int g: Int @public }');
  expect(reported(schema, 'protect-all')).toMatchObject({
    'Query.f': ['@authenticated from protect-all'],
    'Query.g': [],
  });
});

test.each([
  ['a misplaced guard', 'union U @authenticated = O type O { a: Int } type Query { u: U }', 'U: '],
  ['a misplaced @public', 'type O { a: Int @public } type Query { o: O }', 'O.a: @public'],
  ['an empty list', 'type Query { f: Int @hasRole(roles: []) }', 'Query.f: @hasRole has no roles'],
])('%s is a mistake here as at the start', (_, sdl, message) => {
  const schema = buildSchema(`${guardTypeDefs} ${sdl}`, {
    assumeValid: true,
    assumeValidSDL: true,
  });
  expect(() => report(schema)).toThrow(message);
});
