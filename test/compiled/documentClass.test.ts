import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  getOperationAST,
  parse,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileOperation } from '../../src/compiled/compile.js';
import { combinationOf, conditionsOf, truthsOf } from '../../src/compiled/conditions.js';
import { operationExclusion } from '../../src/compiled/documentClass.js';
import { fragmentsOf } from '../../src/fragments.js';

const schema = buildSchema(`
  input Filter { text: String, inner: Filter, limit: Int = 5 }
  interface Named { name: String }
  type User implements Named { name: String friend: User friends: [User!]! named: Named any: Any tag(of: [String], in: Filter): String }
  type Robot implements Named { name: String }
  union Any = User | Robot
  type Query { again: Mutation me: User user(id: ID): User ping(text: String): String find(filter: Filter): [User] named: Named any: Any }
  type Mutation { ping: String }
  type Subscription { ping: String }
`);

/** What keeps it out, with the conditions saying this; else how many fields were looked at. */
function compiledOn(
  on: GraphQLSchema,
  source: string,
  variables: Record<string, boolean> = {},
  name?: string,
): string | number {
  const document = parse(source);
  const operation = getOperationAST(document, name) as OperationDefinitionNode;
  const conditions =
    operationExclusion(on, operation) ?? conditionsOf(operation, fragmentsOf(document));
  if (typeof conditions === 'string') return conditions;
  const combination = combinationOf(conditions, variables);
  if (combination === null) return 'no such combination';
  const plan = compileOperation(on, document, operation, truthsOf(conditions, combination));
  return typeof plan === 'string' ? plan : plan.size;
}

function compiled(source: string, variables?: Record<string, boolean>): string {
  const reached = compiledOn(schema, source, variables);
  return typeof reached === 'string' ? reached : 'compiled';
}

describe('in the class', () => {
  test.each([
    ['fields, lists and leaves', '{ me { name friends { friend { name } } } }'],
    ['aliases', '{ a: ping b: ping(text: "x") }'],
    [
      'fragments on the type itself',
      '{ me { ...F ... { name } ... on User { name } } } fragment F on User { friend { name } }',
    ],
    [
      'a variable that is a whole argument',
      'query($t: String = "x", $id: ID) { ping(text: $t) user(id: $id) { name } }',
    ],
    [
      'literal arguments, lists and input objects among them',
      '{ find(filter: { text: "x", inner: { limit: 1 } }) { tag(of: ["a", "b"]) } }',
    ],
    [
      '`__typename`, under any name of its own',
      '{ __typename kind: __typename me { __typename } }',
    ],
    ['@skip and @include with literals', '{ me @skip(if: false) @include(if: true) { name } }'],
    [
      'four variables of conditions, on fields, inline fragments and spreads',
      `query($a: Boolean!, $b: Boolean = true, $c: Boolean!, $d: Boolean!) {
         me @skip(if: $a) { ... @include(if: $b) { name } ...F @skip(if: $c) @include(if: $d) } }
       fragment F on User { name @skip(if: $a) }`,
    ],
    ['what is below a condition that does not hold', '{ me @skip(if: true) { nothing } ping }'],
    ['an interface', '{ named { name } me { named { __typename name ... on User { name } } } }'],
    ['a union', '{ any { __typename ... on User { name } ... on Named { name } } }'],
    ['a fragment on an interface', '{ me { ... on Named { name } ... on Any { __typename } } }'],
    [
      'a fragment that can never hold inside of one that can',
      '{ me { ...F } } fragment F on Named { ... on Robot { name } ... on User { friend { name } } }',
    ],
    ['200 fields', `{ ${Array.from({ length: 200 }, (_, at) => `f${at}: ping`).join(' ')} }`],
  ])('%s', (_, source) => {
    expect(compiled(source, { a: true, b: true, c: false, d: true })).toBe('compiled');
  });
});

const nested = (levels: number): string =>
  `{ me { ...F0 } } ${Array.from(
    { length: levels },
    (_, at) =>
      `fragment F${at} on User { a: friend { ...F${at + 1} } b: friend { ...F${at + 1} } }`,
  ).join(' ')} fragment F${levels} on User { name }`;

describe('not in the class', () => {
  test.each([
    ['another directive', '{ me { name @defer } }', 'it has a directive'],
    ['one on an inline fragment', '{ me { ... @defer { name } } }', 'it has a directive'],
    [
      'one on a fragment spread, below what is skipped',
      '{ me @skip(if: true) { ...F @stream } ping } fragment F on User { name }',
      'it has a directive',
    ],
    ['@skip without `if`', '{ me { name @skip } }', 'it has a directive'],
    ['@skip with more', '{ me { name @skip(if: true, label: "x") } }', 'it has a directive'],
    ['@skip if a text', '{ me { name @skip(if: "true") } }', 'it has a directive'],
    ['@skip if null', '{ me { name @skip(if: null) } }', 'it has a directive'],
    [
      'the same condition twice on one node',
      '{ me { name @skip(if: false) @skip(if: true) } }',
      'it has a directive',
    ],
    [
      'five variables of conditions',
      `query(${[...'abcde'].map((name) => `$${name}: Boolean!`).join(' ')}) {
         ${[...'abcde'].map((name) => `${name}: ping @skip(if: $${name})`).join(' ')} }`,
      'it has too many conditions',
    ],
    [
      'a condition whose variable is neither true nor false',
      'query($x: Boolean = true) { ping @skip(if: $x) }',
      'no such combination',
    ],
    [
      'a directive on a fragment',
      '{ me { ...F } } fragment F on User @x { name }',
      'it has a directive',
    ],
    ['a directive on the operation', 'query @x { ping }', 'it has a directive'],
    ['a directive on a variable', 'query($t: String @x) { ping(text: $t) }', 'it has a directive'],
    ['a mutation', 'mutation { ping }', 'it is no query'],
    ['a subscription', 'subscription { ping }', 'it is no query'],
    ['a field that leads to Mutation', '{ ping again { ping } }', 'it is no query'],
    [
      'a variable of a recursive input type',
      'query($f: Filter) { find(filter: $f) { name } }',
      'a variable is of an input object type',
    ],
    ['a list of such', 'query($f: [Filter!]) { ping }', 'a variable is of an input object type'],
    [
      'a variable in an input object',
      'query($t: String) { find(filter: { text: $t }) { name } }',
      'a variable is inside an argument',
    ],
    [
      'a variable in a list',
      'query($t: String) { me { tag(of: ["a", $t]) } }',
      'a variable is inside an argument',
    ],
    [
      'a response key with two underscores',
      '{ __proto__: ping }',
      'a name begins with two underscores',
    ],
    ['one on `__typename`', '{ __kind: __typename }', 'a name begins with two underscores'],
    ['one deep inside', '{ me { __defineGetter__: name } }', 'a name begins with two underscores'],
    [
      'a variable with two underscores',
      'query($__proto__: String) { ping(text: $__proto__) }',
      'a name begins with two underscores',
    ],
    [
      'introspection of the schema',
      '{ __schema { queryType { name } } }',
      'a name begins with two underscores',
    ],
    [
      'introspection of a type under another name',
      '{ a: __type(name: "User") { name } }',
      'a name begins with two underscores',
    ],
    [
      '201 fields',
      `{ ${Array.from({ length: 201 }, (_, at) => `f${at}: ping`).join(' ')} }`,
      'it has too many fields',
    ],
    ['one field two hundred and one times', `{ ${'ping '.repeat(201)} }`, 'it has too many fields'],
    [
      'a hundred fields on either type of a union',
      `{ any { ${Array.from({ length: 101 }, (_, at) => `f${at}: __typename`).join(' ')} } }`,
      'it has too many fields',
    ],
    [
      'a fragment on a type that nobody has',
      '{ me { ... on Nobody { name } } }',
      'it does not fit the schema',
    ],
    ['a field that nobody has', '{ pong }', 'it does not fit the schema'],
    ['an object without selections', '{ me }', 'it does not fit the schema'],
    ['a fragment that nobody has', '{ me { ...F } }', 'it does not fit the schema'],
    [
      'a fragment that spreads itself',
      '{ me { ...F } } fragment F on User { friend { ...F } }',
      'it has too many fields',
    ],
  ])('%s', (_, source, exclusion) => {
    expect(compiled(source)).toBe(exclusion);
  });

  test('673 bytes of nested fragments, which make a million fields', () => {
    const source = nested(9);
    expect(source.length).toBeLessThanOrEqual(700);
    expect(compiled(source)).toBe('it has too many fields');
  });

  test('fragments that lead to fragments for long, with few fields', () => {
    const chain = Array.from(
      { length: 99 },
      (_, at) => `fragment F${at} on User { ...F${at + 1} }`,
    );
    const source = `{ ${Array.from({ length: 20 }, (_, at) => `a${at}: me { ...F0 }`).join(' ')} } ${chain.join(' ')} fragment F99 on User { name }`;
    expect(compiled(source)).toBe('it has too many fields');
  });

  test('only the operation that is asked counts, not its neighbours in the document', () => {
    const source = 'query A { ping } query B { me { name @defer } }';
    expect(compiledOn(schema, source, {}, 'A')).toBe(1);
    expect(compiledOn(schema, source, {}, 'B')).toBe('it has a directive');
  });

  test('a schema that nothing can be asked of', () => {
    const mute = buildSchema('type Mutation { ping: String }');
    expect(compiledOn(mute, '{ ping }')).toBe('it does not fit the schema');
  });
});
