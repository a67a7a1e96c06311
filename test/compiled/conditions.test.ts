import { describe, expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { dataOf, executed, served, stage, textOf, warm, type Stage } from './support.js';

function conditioned(): Stage & { seen: string[] } {
  const seen: string[] = [];
  const told =
    (name: string) => (_: unknown, args: object, __: unknown, info: GraphQLResolveInfo) => {
      const places = info.fieldNodes.map(({ loc }) => loc?.start).join(' ');
      seen.push(`${name} ${JSON.stringify(args)} ${places} ${JSON.stringify(info.variableValues)}`);
      return name;
    };
  const made = stage(
    'type Item { a: String b(n: Int): String c: String item: Item } type Query { item: Item a: String b(n: Int): String c: String }',
    {
      Query: { item: () => ({}), a: told('a'), b: told('b'), c: told('c') },
      Item: { a: told('item a'), b: told('item b'), c: told('item c'), item: () => ({}) },
    },
  );
  return { ...made, seen };
}

/** All that conditions can be: each value of each variable, and left out. */
function given(names: readonly string[]): Record<string, boolean>[] {
  return names.reduce<Record<string, boolean>[]>(
    (all, name) =>
      all.flatMap((each) => [each, { ...each, [name]: true }, { ...each, [name]: false }]),
    [{}],
  );
}

const sources: [string, string[], string][] = [
  ['on fields', ['x', 'y'], '{ a @skip(if: $x) b c @include(if: $y) }'],
  ['both on one node', ['x', 'y'], '{ a @skip(if: $x) @include(if: $y) c }'],
  ['with literals beside', ['x'], '{ a @skip(if: $x) @include(if: true) b @skip(if: true) c }'],
  ['on an inline fragment', ['x'], '{ b ... @include(if: $x) { a b c } a }'],
  [
    'on a fragment spread',
    ['x'],
    '{ item { c ...F @skip(if: $x) a } } fragment F on Item { a b c }',
  ],
  [
    'on the first of two spreads of one fragment',
    ['x', 'y'],
    '{ item { ...F @skip(if: $x) c ...F @include(if: $y) } } fragment F on Item { a b }',
  ],
  [
    'nested in fragments',
    ['x', 'y', 'z'],
    `{ item { ...F @include(if: $x) c } }
     fragment F on Item { ... on Item @skip(if: $y) { item { a @include(if: $z) b } ...G } a }
     fragment G on Item { item { c @skip(if: $x) } }`,
  ],
  [
    'on a field that is selected twice, so that what is merged and in which order depends on them',
    ['x', 'y'],
    '{ a @skip(if: $x) b(n: 1) @include(if: $y) c b(n: 1) a item { a @skip(if: $y) c } item @skip(if: $x) { b } }',
  ],
  [
    'on `__typename`',
    ['x'],
    '{ __typename @skip(if: $x) item { t: __typename @include(if: $x) } a }',
  ],
  ['on everything', ['x'], '{ a @skip(if: $x) item { a @include(if: $x) } }'],
  [
    'four of them',
    ['x', 'y', 'z', 'w'],
    '{ a @skip(if: $x) b @include(if: $y) ... @skip(if: $z) { c a } item @skip(if: $w) { a } }',
  ],
];

describe('conditions', () => {
  test.each(sources)(
    '%s are as graphql-js decides them, in every combination',
    async (_, names, body) => {
      const on = conditioned();
      const declared = names.map((name, at) => `$${name}: Boolean = ${at % 2 === 0}`).join(' ');
      const source = `query(${declared}) ${body}`;
      await dataOf(on, source);
      for (const variables of given(names)) {
        on.seen.length = 0;
        const data = await dataOf(on, source, { variables });
        const byPlan = on.seen.splice(0);
        const plain = await executed(on, source, { variables });
        expect(JSON.stringify({ data })).toBe(textOf(plain));
        // The nodes of merged fields among what resolvers see.
        expect(byPlan).toEqual(on.seen);
      }
    },
  );

  test('a query all of which is skipped answers an empty object', async () => {
    expect(await warm(conditioned(), '{ a @skip(if: true) }')).toEqual({});
  });

  test('each combination has an answer of its own, whichever was compiled first', async () => {
    const on = conditioned();
    const source = 'query($x: Boolean!) { a @skip(if: $x) c }';
    const ask = (x: boolean) => dataOf(on, source, { variables: { x } });
    await ask(true);
    const answers = [await ask(true), await ask(false), await ask(true), await ask(false)];
    const [without, all] = [{ c: 'c' }, { a: 'a', c: 'c' }];
    expect(answers).toEqual([without, all, without, all]);
  });

  test.each([
    ['null', 'query($x: Boolean = true) { c a @skip(if: $x) }', { x: null }],
    [
      'null below what is skipped',
      'query($x: Boolean = true) { c item @skip(if: true) { a @skip(if: $x) } }',
      { x: null },
    ],
    ['no Boolean', 'query($x: Boolean!) { a @skip(if: $x) }', { x: 'true' }],
    ['left out, and required', 'query($x: Boolean!) { a @include(if: $x) }', {}],
  ])('a variable that is %s is left to graphql-js', async (_, source, variables) => {
    const on = conditioned();
    for (let time = 0; time < 3; time += 1) {
      expect(await dataOf(on, source, { variables })).toBeNull();
      const answer = textOf(await served(on, source, { variables }));
      expect(answer).toBe(textOf(await executed(on, source, { variables })));
    }
  });

  test('a variable by the name of something that objects inherit is left out where it is', async () => {
    const on = conditioned();
    const source = 'query($constructor: Boolean = false) { a @skip(if: $constructor) c }';
    expect(await warm(on, source)).toEqual({ a: 'a', c: 'c' });
    expect(await dataOf(on, source, { variables: { constructor: true } })).toEqual({ c: 'c' });
  });

  test('a combination that is not in the class does not keep the others out', async () => {
    const on = conditioned();
    const source =
      'query($x: Boolean!) { a ... @include(if: $x) { __schema { queryType { name } } } }';
    expect(await warm(on, source, { variables: { x: true } })).toBeNull();
    expect(await dataOf(on, source, { variables: { x: false } })).toEqual({ a: 'a' });
    expect(await dataOf(on, source, { variables: { x: true } })).toBeNull();
  });
});
