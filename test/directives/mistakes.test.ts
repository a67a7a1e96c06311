import { describe, expect, test } from '@jest/globals';
import type { GraphQLScalarType } from 'graphql';
import { buildASTSchema, parse } from 'graphql';
import { build, guards } from './support.js';

const start = (sdl: string) => () => guards().guard(build(sdl));
/** For what GraphQL's own validation of the text would refuse first. */
const startUnvalidated = (sdl: string) => () =>
  guards().guard(buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true }));

describe('a mistake fails at the start with a sentence that names it and says the fix', () => {
  test.each([
    ['an empty scope list', '@requiresScopes(scopes: [])', 'Name at least one'],
    ['an empty inner list', '@requiresScopes(scopes: [["a"], []])', 'Remove it or name its scopes'],
    ['a scope with a blank', '@requiresScopes(scopes: [["a b"]])', 'is no scope, so no token'],
    ['a scope with a quote', '@requiresScopes(scopes: [["a\\"b"]])', 'is no scope, so no token'],
    ['a scope with an accent', '@requiresScopes(scopes: [["é"]])', 'is no scope, so no token'],
    ['an empty scope', '@requiresScopes(scopes: [[""]])', 'must be non-empty strings'],
    ['an empty role list', '@hasRole(roles: [])', 'Name at least one'],
    ['@public beside another guard', '@public @authenticated', 'Remove one of the two'],
  ])('%s', (_, directive, fix) => {
    const wrong = start(`type Query { f: Int ${directive} }`);
    expect(wrong).toThrow(TypeError);
    expect(wrong).toThrow('Query.f: ');
    expect(wrong).toThrow(fix);
  });

  test.each([
    ['on a field that is no root field', 'type Query { o: O } type O { f: Int @public }', 'O.f'],
    [
      'under a guarded root type',
      'type Query @authenticated { f: Int @public }',
      'Query.f: @public does not lift @authenticated',
    ],
    [
      'beside a guard of an interface',
      'interface I { f: Int @authenticated } type Query implements I { f: Int @public }',
      'Query.f',
    ],
    ['on a type', 'type Query @public { f: Int }', 'Query: @public stands on root fields only'],
    ['on an argument', 'type Query { f(a: Int @public): Int }', 'Query.f(a:)'],
    ['on an input field', 'input I { a: Int @public } type Query { f(i: I): Int }', 'I.a'],
  ])('@public %s', (_, sdl, message) => {
    expect(startUnvalidated(sdl)).toThrow(TypeError);
    expect(startUnvalidated(sdl)).toThrow(message);
  });

  test.each([
    ['a scalar that is only taken', 'scalar S @authenticated type Query { f(s: S): Int }', 'S: '],
    [
      'an enum that is only taken',
      'enum E @authenticated { A } input I { e: E } type Query { f(i: I): Int }',
      'E: ',
    ],
    [
      'an argument of a directive',
      'directive @d(a: Int @authenticated) on FIELD type Query { f: Int }',
      '@d(a:)',
    ],
    ['a union', 'type O { a: Int } union U @authenticated = O type Query { f: U }', 'U: '],
    ['an input type', 'input I @authenticated { a: Int } type Query { f(i: I): Int }', 'I: '],
    ['an enum value', 'enum E { A @authenticated } type Query { f: E }', 'E.A: '],
    ['the schema', 'schema @authenticated { query: Query } type Query { f: Int }', 'The schema'],
  ])('a guard that would not be enforced: on %s', (_, sdl, coordinate) => {
    expect(startUnvalidated(sdl)).toThrow(TypeError);
    expect(startUnvalidated(sdl)).toThrow(coordinate);
  });

  test('a guard on a scalar of GraphQL itself', () => {
    const schema = build('type Query { f: Int }');
    const int = schema.getType('Int') as GraphQLScalarType;
    const { extensions } = int;
    int.extensions = { authenticated: true };
    try {
      expect(() => guards().guard(schema)).toThrow(
        'Int: @authenticated would not be enforced here',
      );
    } finally {
      int.extensions = extensions;
    }
  });

  test('a schema that is guarded already', () => {
    const guarded = guards().guard(build('type Query { f: Int }'));
    expect(() => guards().guard(guarded)).toThrow('Call guard(schema) once');
  });

  test('a directive of ours that is defined in another shape', () => {
    const wrong = startUnvalidated(
      'directive @hasRole(role: String!) on FIELD_DEFINITION type Query { f: Int }',
    );
    expect(wrong).toThrow('@hasRole is defined with (role: String!), expected (roles: [String!]!)');
  });
});

test('a directive of ours may be defined with a scalar of another name', () => {
  const sdl = `scalar federation__Scope
    directive @requiresScopes(scopes: [[federation__Scope!]!]!) on FIELD_DEFINITION
    type Query { f: Int @requiresScopes(scopes: [["a"]]) }`;
  const schema = startUnvalidated(sdl)();
  expect(guards().scopesOf(schema)).toEqual(['a']);
});
