import { describe, expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import { compileOperation } from '../../src/compiled/compile.js';

const schema = buildSchema(`
  input Filter { text: String, inner: Filter, limit: Int = 5 }
  interface Named { name: String }
  type User implements Named { name: String friend: User friends: [User!]! named: Named any: Any tag(of: [String], in: Filter): String }
  type Robot implements Named { name: String }
  union Any = User | Robot
  type Query { me: User user(id: ID): User ping(text: String): String find(filter: Filter): [User] named: Named any: Any }
  type Mutation { ping: String }
  type Subscription { ping: String }
`);

function compiled(source: string): string {
  const document = parse(source);
  const plan = compileOperation(
    schema,
    document,
    getOperationAST(document) as OperationDefinitionNode,
  );
  return typeof plan === 'string' ? plan : 'compiled';
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
    ['200 fields', `{ ${Array.from({ length: 200 }, (_, at) => `f${at}: ping`).join(' ')} }`],
  ])('%s', (_, source) => {
    expect(compiled(source)).toBe('compiled');
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
    ['a document with @skip', '{ me @skip(if: true) { name } }', 'it has a directive'],
    [
      '@skip with a variable',
      'query($v: Boolean!) { me { name @skip(if: $v) } }',
      'it has a directive',
    ],
    ['@include', '{ me { name @include(if: true) } }', 'it has a directive'],
    [
      'a directive on an inline fragment',
      '{ me { ... @include(if: true) { name } } }',
      'it has a directive',
    ],
    [
      'a directive on a fragment spread',
      '{ me { ...F @skip(if: true) } } fragment F on User { name }',
      'it has a directive',
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
    ['an interface', '{ named { name } }', 'an interface or union is in it'],
    ['a union', '{ any { __typename } }', 'an interface or union is in it'],
    [
      'an interface deep inside',
      '{ me { friend { named { name } } } }',
      'an interface or union is in it',
    ],
    [
      'a fragment on an interface',
      '{ me { ... on Named { name } } }',
      'an interface or union is in it',
    ],
    [
      'a named fragment on an interface',
      '{ me { ...F } } fragment F on Named { name }',
      'an interface or union is in it',
    ],
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

  test('a type that is told by isTypeOf', () => {
    const other = buildSchema('type A { a: String } type Query { a: A }');
    Object.assign(other.getType('A') as object, { isTypeOf: () => false });
    const document = parse('{ a { a } }');
    const operation = getOperationAST(document) as OperationDefinitionNode;
    expect(compileOperation(other, document, operation)).toBe('a type with isTypeOf is in it');
  });

  test('only the operation that is asked counts, not its neighbours in the document', () => {
    const document = parse('query A { ping } query B { me @skip(if: true) { name } }');
    const of = (name: string) =>
      compileOperation(
        schema,
        document,
        getOperationAST(document, name) as OperationDefinitionNode,
      );
    expect(of('A')).toMatchObject({ size: 1 });
    expect(of('B')).toBe('it has a directive');
  });
});
