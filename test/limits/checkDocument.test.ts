import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { checkDocument } from '../../src/limits/checkDocument.js';
import { defaultDocumentLimits as limits } from '../../src/limits/limits.js';

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

const nest = (levels: number): string => '{ a '.repeat(levels) + '}'.repeat(levels);
const check = (source: string) => checkDocument(source, limits);

/** At the limit, one above it, and how much that is. */
const bounds: [keyof typeof limits, string, string, number][] = [
  [
    'maxTokens',
    `# not counted\n{ a(l: [${times(4991, () => '1,')}]) }`,
    `{ a(l: [${times(4992, () => '1,')}]) }`,
    5001,
  ],
  ['maxDepth', nest(20), nest(21), 21],
  [
    'maxDepth',
    `{ a { ...F } } fragment F on T ${nest(19)}`,
    `{ a { ...F } } fragment F on T ${nest(20)}`,
    21,
  ],
  ['maxDepth', `{ a { ... on T ${nest(19)} } }`, `{ a { ... on T ${nest(20)} } }`, 21],
  [
    'maxAliases',
    `{ a { ${times(30, (i) => `x${i}: b`)} } }`,
    `{ a { ${times(31, (i) => `x${i}: b`)} } }`,
    31,
  ],
  [
    'maxAliases',
    `{ a { ...F } b { ...F } } fragment F on T { ${times(15, (i) => `x${i}: b`)} }`,
    `{ a { ...F } b { ...F } } fragment F on T { ${times(16, (i) => `x${i}: b`)} }`,
    32,
  ],
  ['maxRootFields', `{ ${times(20, (i) => `a${i}`)} }`, `{ ${times(21, (i) => `a${i}`)} }`, 21],
  [
    'maxRootFields',
    `{ ${times(20, () => '__typename')} }`,
    `{ ${times(21, () => '__typename')} }`,
    21,
  ],
  [
    'maxRootFields',
    `{ ...F ...F } fragment F on T { ${times(10, (i) => `a${i}`)} }`,
    `{ ...F ...F } fragment F on T { ${times(11, (i) => `a${i}`)} }`,
    22,
  ],
  ['maxDirectives', `{ a ${times(50, () => '@x')} }`, `{ a ${times(51, () => '@x')} }`, 51],
  [
    'maxDirectives',
    `query($v: Int @x) @x { a { ...F @x ... @x { b @x } } } fragment F on T @x { ${times(44, (i) => `c${i} @x`)} }`,
    `query($v: Int @x) @x { a { ...F @x ... @x { b @x } } } fragment F on T @x { ${times(45, (i) => `c${i} @x`)} }`,
    51,
  ],
  [
    'maxFragments',
    times(100, (i) => `fragment F${i} on T { a }`),
    times(101, (i) => `fragment F${i} on T { a }`),
    101,
  ],
  [
    'maxFragments',
    `{ ${times(2, (i) => `f${i} { ...F }`)} } fragment F on T { ${times(49, (i) => `f${i} { ...G }`)} } fragment G on T { a }`,
    `{ ${times(2, (i) => `f${i} { ...F }`)} } fragment F on T { ${times(50, (i) => `f${i} { ...G }`)} } fragment G on T { a }`,
    102,
  ],
  [
    'maxVariableDepth',
    `{ a(v: ${'['.repeat(32)}${']'.repeat(32)}) }`,
    `{ a(v: ${'['.repeat(33)}${']'.repeat(33)}) }`,
    33,
  ],
  [
    'maxVariableDepth',
    `query($v: ${'['.repeat(32)}T${']'.repeat(32)}) { a }`,
    `query($v: ${'['.repeat(33)}T!${']'.repeat(33)}) { a }`,
    33,
  ],
];

describe('a document', () => {
  test.each(bounds)('may reach %s and not pass it (%#)', (limit, most, over, count) => {
    expect(check(most)).toBeNull();
    expect(check(over)).toEqual({ limit, allowed: limits[limit], count });
  });

  test('is judged by the worst of its operations, whichever will run', () => {
    const rootFields = times(21, (i) => `a${i}`);
    expect(check(`query A { a } query B { ${rootFields} }`)?.count).toBe(21);
    expect(check(times(15, (i) => `query Q${i} { a b c d e }`))).toBeNull();
  });

  test('is judged with the fragments that nobody spreads', () => {
    expect(check(`{ a } fragment F on T ${nest(21)}`)?.limit).toBe('maxDepth');
  });

  test('may be parsed already', () => {
    expect(checkDocument(parse(nest(21)), limits)?.limit).toBe('maxDepth');
    expect(checkDocument(parse(nest(20)), limits)).toBeNull();
    expect(checkDocument(parse(bounds[0]?.[2] as string), limits)?.limit).toBe('maxTokens');
  });

  test('that is none exceeds nothing: its syntax error is told elsewhere', () => {
    expect([check(''), check('{'), check('{ "'), check('}{')]).toEqual([null, null, null, null]);
  });

  test('whose fragments go in circles is left to validation', () => {
    expect(check('{ ...F } fragment F on T { a ...F }')).toBeNull();
    expect(
      check('{ ...F } fragment F on T { a { ...G } } fragment G on T { b { ...F } }'),
    ).toBeNull();
    expect(check('{ ...Missing }')).toBeNull();
  });

  test.each([
    ['by default', {}, 'maxFragments'],
    ['where so many are allowed', { maxFragments: 9999 }, 'maxDepth'],
  ])('whose fragments are a chain of thousands is refused %s', (_, others, limit) => {
    const chain = `{ ...F0 } ${times(5000, (i) => `fragment F${i} on T { ...F${i + 1} }`)} fragment F5000 on T { a }`;
    const allowed = { ...limits, maxTokens: 50_000, ...others };
    expect(checkDocument(chain, allowed)).toMatchObject({ limit });
    expect(checkDocument(parse(chain), allowed)).toMatchObject({ limit });
  });

  test('that doubles with every fragment is counted in no time, and the count stays finite', () => {
    const doubling = times(60, (i) => `fragment F${i} on T { ...F${i + 1} ...F${i + 1} }`);
    const excess = check(`{ ...F0 } ${doubling} fragment F60 on T { a }`);
    expect(excess?.count).toBeGreaterThan(100);
    expect(Number.isSafeInteger(excess?.count)).toBe(true);
  });

  test('that repeats a field until merging takes long is refused as if they were aliases', () => {
    const excess = check(`{ a { ${times(600, () => 'b')} } }`);
    expect(excess).toEqual({ limit: 'maxAliases', allowed: 30, count: 600 });
    const long = `b(x: [${times(200, (i) => `"${i}"`)}])`;
    const few = check(`{ a { ${times(20, () => long)} } }`);
    expect(few).toEqual({ limit: 'maxAliases', allowed: 30, count: 31 });
  });

  test('that spreads big fragments again and again is refused by their number', () => {
    const big = times(80, (i) => `f${i}(x: [${times(20, () => '1')}])`);
    const excess = check(
      `${times(80, (i) => `query Q${i} { a { ...F } }`)} fragment F on T { ${big} }`,
    );
    expect(excess).toMatchObject({ limit: 'maxFragments', allowed: 100 });
  });
});

describe('honest documents pass', () => {
  const components = (count: number, fields: string): string =>
    `query Page { me { ${times(count, (i) => `...Part${i}`)} } } ${times(count, (i) => `fragment Part${i} on User { ${fields} }`)}`;

  test.each([
    [
      'the introspection query of explorers',
      getIntrospectionQuery({
        oneOf: true,
        inputValueDeprecation: true,
        schemaDescription: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
      }),
    ],
    ['50 components that ask for the same fields', components(50, 'id __typename name')],
    ['100 components', components(100, 'id __typename')],
    [
      '30 components that each ask for a list',
      components(30, 'id __typename friends { id __typename name email }'),
    ],
    [
      'a page of 600 fields',
      `{ me { ${times(60, (i) => `s${i} { ${times(9, (j) => `f${j}`)} }`)} } }`,
    ],
    [
      '40 types of a union, each with its id',
      `{ search { ${times(40, (i) => `... on T${i} { id __typename }`)} } }`,
    ],
    [
      '20 nested fragments',
      `{ me { ...F0 } } ${times(20, (i) => `fragment F${i} on T { id name ...F${i + 1} }`)} fragment F20 on T { id }`,
    ],
  ])('%s', (_name, document) => {
    expect(check(document)).toBeNull();
  });
});
