import { describe, expect, test } from '@jest/globals';
import { buildASTSchema, parse } from 'graphql';
import type { GuardOptions } from '../../src/directives/options.js';
import { perObject } from '../../src/directives/policies.js';
import { createGuards } from '../../src/directives/guard.js';
import { guards } from './support.js';

const owner = perObject((items) => items.map(() => true));
const policies = { open: () => true, owner };

/** Also what GraphQL's own validation of the text would refuse first. */
const start = (sdl: string, options: GuardOptions) => () =>
  guards(options).guard(buildASTSchema(parse(sdl), { assumeValid: true, assumeValidSDL: true }));

const directive = '@public stands on root fields only (of Query, Mutation and Subscription).';

describe('every mistake of a schema stops the start with a sentence that says the fix', () => {
  test.each<[string, string, string]>([
    [
      'a policy that is misspelt',
      'type Query { f: Int @policy(policies: [["ownr"]]) }',
      'Query.f: there is no policy "ownr". Did you mean "owner"?',
    ],
    [
      'a policy that nobody knows',
      'type Query { f(a: Int @policy(policies: [["open"], ["zzz"]])): Int }',
      'Query.f(a:): there is no policy "zzz". There are: open, owner.',
    ],
    [
      'a policy that every object has',
      'input I { a: Int @policy(policies: "constructor") } type Query { f(i: I): Int }',
      'I.a: there is no policy "constructor". There are: open, owner.',
    ],
    [
      'no policies',
      'type Query { f: Int @policy(policies: []) }',
      'Query.f: @policy has no policies, so nobody could ever meet it. Name at least one: @policy(policies: [["owner"]]).',
    ],
    [
      'an empty inner list of policies',
      'type Query { f: Int @policy(policies: [["open"], []]) }',
      'Query.f: @policy has an empty inner list, which everybody would meet. Remove it or name its policies.',
    ],
    [
      'a policy without a name',
      'type Query { f: Int @policy(policies: [[""]]) }',
      'Query.f: the policies of @policy must be non-empty strings, got "".',
    ],
    [
      'a policy that is a number',
      'type O @policy(policies: [[1]]) { a: Int } type Query { o: O }',
      'O: the policies of @policy must be non-empty strings, got 1.',
    ],
    [
      'a root type under a policy over objects',
      'type Query @policy(policies: [["open", "owner"]]) { f: Int }',
      'Query: the policy "owner" is asked about objects, and a root type has none. Put it on its fields, or make it a policy of the request.',
    ],
    [
      'a mutation that returns a type under a policy over objects',
      'type Query { f: Int } type O @policy(policies: "owner") { a: Int } type Mutation { change: [O!] }',
      'Mutation.change: it may return O, and the policy "owner" can be asked about that object only when the mutation has been done. Give the field a guard of its own, such as @authenticated.',
    ],
    [
      'a mutation that may return one',
      'interface I { a: Int } type O implements I @policy(policies: "owner") { a: Int } type Query { f: Int } type Mutation { change: I @public }',
      'Mutation.change: it may return O, and the policy "owner" can be asked about that object only when the mutation has been done. Give the field a guard of its own, such as @authenticated.',
    ],
    [
      'a mutation that returns a scalar under one',
      'scalar S @policy(policies: "owner") type Query { f: Int } type M { change: S } schema { query: Query mutation: M }',
      'M.change: it may return S, and the policy "owner" can be asked about that object only when the mutation has been done. Give the field a guard of its own, such as @authenticated.',
    ],
    [
      'a policy on a union',
      'type O { a: Int } union U @policy(policies: "open") = O type Query { f: U }',
      'U: @policy would not be enforced here. A union is guarded through its members. Put it on them.',
    ],
    [
      'a policy on an input type',
      'input I @policy(policies: "open") { a: Int } type Query { f(i: I): Int }',
      'I: @policy would not be enforced here. Put it on the input fields, or on the arguments.',
    ],
    [
      'a policy on an enum value',
      'enum E { A @policy(policies: "open") } type Query { f: E }',
      'E.A: @policy would not be enforced here. Put it on the enum.',
    ],
    [
      'a policy on the schema',
      'schema @policy(policies: "open") { query: Query } type Query { f: Int }',
      'The schema itself: @policy would not be enforced here. Guard its root types instead.',
    ],
    [
      'a policy on a scalar that is only taken',
      'scalar S @policy(policies: "open") type Query { f(s: S): Int }',
      'S: @policy guards what a field returns, and no field returns S. Put it on the arguments and input fields that take S.',
    ],
    [
      'a policy on the argument of a directive',
      'directive @d(a: Int @policy(policies: "open")) on FIELD type Query { f: Int }',
      '@d(a:): @policy would not be enforced here. An argument of a directive is never supplied by a request. Remove it.',
    ],
    [
      '@policy in another shape',
      'directive @policy(names: [String!]!) on FIELD_DEFINITION type Query { f: Int }',
      '@policy is defined with (names: [String!]!), expected (policies: [[Policy!]!]!). Remove your definition and use the one of `typeDefs`.',
    ],
    [
      '@public beside a policy',
      'type Query { f: Int @public @policy(policies: "open") }',
      'Query.f: @public stands beside @policy. Remove one of the two.',
    ],
    [
      '@public under a policy of the root type',
      'type Query @policy(policies: "open") { f: Int @public }',
      'Query.f: @public does not lift @policy of its root type. Move that guard from the type to its other fields, or remove @public.',
    ],
    [
      '@public below the root',
      'type O { a: Int @public } type Query { o: O }',
      `O.a: ${directive} Remove it: this field is reached through a root field.`,
    ],
    ['@public on a type', 'type Query @public { f: Int }', `Query: ${directive} Remove it.`],
    [
      'no scopes',
      'type Query { f: Int @requiresScopes(scopes: []) }',
      'Query.f: @requiresScopes has no scopes, so nobody could ever meet it. Name at least one: @requiresScopes(scopes: [["posts:read"]]).',
    ],
    [
      'an empty inner list of scopes',
      'type Query { f: Int @requiresScopes(scopes: [[]]) }',
      'Query.f: @requiresScopes has an empty inner list, which everybody would meet. Remove it or name its scopes; for a login without scopes write @authenticated.',
    ],
    [
      'no roles',
      'type Query { f: Int @hasRole(roles: []) }',
      'Query.f: @hasRole has no roles, so nobody could ever meet it. Name at least one: @hasRole(roles: ["editor"]).',
    ],
  ])('%s', (_, sdl, sentence) => {
    expect(start(sdl, { policies })).toThrow(new TypeError(sentence));
  });

  test('a policy where none was given', () => {
    expect(start('type Query { f: Int @policy(policies: "open") }', {})).toThrow(
      new TypeError(
        'Query.f: there is no policy "open". Give it to createAuth: policies: { open: (viewer) => … }.',
      ),
    );
  });
});

describe('every mistake in the options fails at once', () => {
  test.each<[string, object, string]>([
    [
      'a policy that is no function',
      { policies: { open: true } },
      'createGuards: the policy "open" is a function (viewer, context) => boolean or perObject(…), got a boolean.',
    ],
    [
      'a policy that only looks like one',
      { policies: { open: { check: () => [] } } },
      'createGuards: the policy "open" is a function (viewer, context) => boolean or perObject(…), got an object.',
    ],
    [
      'a list of policies',
      { policies: [() => true] },
      'createGuards: policies are an object of functions by name, such as { owner: perObject(…) }, got a list.',
    ],
    [
      'null for policies',
      { policies: null },
      'createGuards: policies are an object of functions by name, such as { owner: perObject(…) }, got null.',
    ],
    ...(['soon', 0, -1, Number.NaN, Infinity, true, '30d'] as const).map(
      (policyTimeout): [string, object, string] => [
        `policyTimeout ${String(policyTimeout)}`,
        { policyTimeout },
        `createGuards: policyTimeout is a number of seconds above 0 or a duration such as "2s", of at most 24 days, got ${JSON.stringify(policyTimeout)}.`,
      ],
    ),
    ['dryRun', { dryRun: 'yes' }, 'createGuards: dryRun is true or false, got "yes".'],
    [
      'errors',
      { errors: 'extension' },
      'createGuards: errors is "errors" or "extensions" or "disabled", got "extension". Did you mean "extensions"?',
    ],
    [
      'errorCode',
      { errorCode: 'apollo' },
      'createGuards: errorCode is "gatehouse" or "router", got "apollo". There are: gatehouse, router.',
    ],
    [
      'a misspelt option',
      { policys: {} },
      'createGuards: there is no option "policys". Did you mean "policies"?',
    ],
  ])('%s', (_, options, sentence) => {
    expect(() => createGuards(options)).toThrow(new TypeError(sentence));
  });

  test.each([
    [undefined, 'an undefined'],
    [true, 'a boolean'],
    [owner, 'an object'],
  ])('perObject of %p', (wrong, got) => {
    expect(() => perObject(wrong as never)).toThrow(
      new TypeError(
        `perObject takes a function (items, viewer, context) => boolean[], got ${got}.`,
      ),
    );
  });
});

test('a mutation with a guard of its own may return a type under a policy over objects', () => {
  const sdl =
    'type Query { f: Int } type O @policy(policies: "owner") { a: Int } type Mutation { change: O @authenticated }';
  expect(start(sdl, { policies })).not.toThrow();
});
