import { describe, expect, test } from '@jest/globals';
import type { GraphQLResolveInfo } from 'graphql';
import { dataOf, executed, served, stage, textOf, warm, type Stage } from './support.js';

const later = <T>(value: T): Promise<T> => Promise.resolve().then(() => value);

const typeDefs = `
  interface Pet { name: String friend: Pet }
  type Cat implements Pet { name: String friend: Pet lives: Int }
  type Dog implements Pet { name: String friend: Pet barks(loud: Boolean = false): String }
  type Stone { weight: Int }
  union Thing = Cat | Dog | Stone
  type Query { pet: Pet pets: [Pet!] thing: Thing things: [[Thing]] late: [Thing] none: Pet }
`;

const tom = { kind: 'Cat', name: 'Tom', lives: 9 };
const rex = {
  kind: 'Dog',
  name: 'Rex',
  friend: tom,
  barks: ({ loud }: { loud: boolean }) => `${loud}`,
};
const stone = { kind: 'Stone', weight: 3 };

type Named = { kind: string };
const kindOf = ({ kind }: Named): string => kind;

const zoo = (resolveType: (...asked: [Named, unknown, GraphQLResolveInfo]) => unknown = kindOf) =>
  stage(typeDefs, {
    Pet: { __resolveType: resolveType as never },
    Thing: { __resolveType: resolveType as never },
    Query: {
      pet: () => rex,
      pets: () => [tom, later(rex)],
      thing: () => later(stone),
      things: () => [[tom, null, stone], null, [later(rex)]],
      late: () => later([rex, tom]),
    },
  });

const sources = [
  '{ pet { name ... on Dog { barks(loud: true) } ... on Cat { lives } __typename friend { name } } }',
  '{ pets { ... on Dog { x: name y: barks } ... on Cat { x: __typename lives } name kind: __typename } none { name } }',
  '{ thing { ... on Stone { weight } ... on Pet { name } } }',
  '{ things { __typename ... on Pet { name friend { ...P } } ... on Stone { weight } } } fragment P on Pet { name ... on Cat { lives } ... on Dog { barks } }',
  '{ late { ... on Pet { name ... on Thing { ... on Cat { lives } } } } pet { ...P ...P } } fragment P on Pet { friend { ... on Cat { lives } name } }',
  'query($x: Boolean = true) { pets { ... on Cat @include(if: $x) { lives } name @skip(if: $x) ...D @include(if: $x) } } fragment D on Dog { barks(loud: $x) }',
];

async function expectSame(on: Stage, source: string): Promise<void> {
  const data = await warm(on, source);
  expect(data).not.toBeNull();
  expect(JSON.stringify({ data })).toBe(textOf(await executed(on, source)));
}

describe('an interface or union in a compiled query', () => {
  test.each(sources)('has of each object what its own type selects: %s', async (source) => {
    await expectSame(zoo(), source);
  });

  test.each(sources)('may tell the type later: %s', async (source) => {
    await expectSame(
      zoo((value) => later(kindOf(value))),
      source,
    );
  });

  test('tells the type by `__typename` where there is no resolveType', async () => {
    const on = stage(typeDefs, {
      Query: {
        pets: () => [
          { __typename: 'Cat', name: 'Tom' },
          { __typename: 'Dog', name: 'Rex' },
        ],
      },
    });
    await expectSame(on, '{ pets { name ... on Cat { lives } } }');
  });

  test('tells it by isTypeOf, which is asked again of the object', async () => {
    const asked: string[] = [];
    const on = stage(typeDefs, {
      Cat: { __isTypeOf: (value: Named) => asked.push('Cat') > 0 && value.kind === 'Cat' },
      Dog: { __isTypeOf: (value: Named) => asked.push('Dog') > 0 && value.kind === 'Dog' },
      Query: { pets: () => [tom, rex], pet: () => stone },
    });
    const source = '{ pets { name ... on Cat { lives } } }';
    await expectSame(on, source);
    expect(asked.splice(0, asked.length / 2)).toEqual(asked);
    expect(await warm(on, '{ pet { name } }')).toBeNull();
  });

  test('an object whose isTypeOf denies it is left to graphql-js', async () => {
    const on = stage('type A { a: Int } type Query { a(is: Boolean): A }', {
      A: { __isTypeOf: ({ is }: { is: boolean }) => is },
      Query: { a: (_: unknown, args: object) => args },
    });
    await expectSame(on, '{ a(is: true) { a } }');
    expect(await warm(on, '{ a(is: false) { a } }')).toBeNull();
  });

  test('shows resolveType what graphql-js shows it, and the resolver the same `info`', async () => {
    const seen: unknown[] = [];
    const resolverSaw = new Set<GraphQLResolveInfo>();
    const on = stage(typeDefs, {
      Pet: {
        __resolveType: (value: Named, _: unknown, info: GraphQLResolveInfo) => {
          seen.push([value, { ...info, schema: 0 }, resolverSaw.has(info)]);
          return value.kind;
        },
      },
      Query: {
        pets: (...[, , , info]: [unknown, unknown, unknown, GraphQLResolveInfo]) => {
          resolverSaw.add(info);
          return [later(tom), rex];
        },
      },
    });
    const source = '{ all: pets { friend { name } } }';
    await warm(on, source);
    seen.length = 0;
    expect(await dataOf(on, source)).not.toBeNull();
    const byPlan = seen.splice(0);
    await executed(on, source);
    expect(byPlan).toEqual(seen);
    expect(byPlan).toHaveLength(3);
  });

  test.each<[string, () => unknown]>([
    ['a type that is not there', () => 'Nobody'],
    ['an interface', () => 'Pet'],
    ['a type that has no place there', () => 'Query'],
    ['nothing', () => undefined],
    ['no name', () => 7],
    ['an error', () => new Error('who knows')],
    [
      'a throw',
      () => {
        throw new Error('who knows');
      },
    ],
    ['a late throw', () => Promise.reject(new Error('who knows'))],
    ['a late nothing', () => later(null)],
  ])('%s in the place of a type is left to graphql-js', async (_, resolveType) => {
    const on = zoo(resolveType);
    const source = '{ pets { name } thing { ... on Stone { weight } } }';
    expect(await warm(on, source)).toBeNull();
    const answer = await served(on, source);
    expect(answer.errors?.length).toBeGreaterThan(0);
    expect(textOf(answer)).toBe(textOf(await executed(on, source)));
  });
});
