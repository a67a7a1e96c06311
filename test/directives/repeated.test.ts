import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { createGuards } from '../../src/directives/guard.js';
import { guarded, run, somebody } from './support.js';

/** Modules that each say something about the same thing, as makeExecutableSchema merges them. */
describe('a guard that is used twice asks for both', () => {
  test.each<[string, string[], object, object | null]>([
    [
      '@requiresScopes on a field',
      [
        'type Query { x: Int @requiresScopes(scopes: [["a"]]) }',
        'extend type Query { x: Int @requiresScopes(scopes: [["b"]]) }',
      ],
      { scopes: ['b'] },
      { scopes: ['a', 'b'] },
    ],
    [
      '@hasRole on a field',
      [
        'type Query { x: Int @hasRole(roles: ["admin"]) }',
        'extend type Query { x: Int @hasRole(roles: ["staff"]) }',
      ],
      { roles: ['staff'] },
      { roles: ['admin', 'staff'] },
    ],
    [
      '@policy on a field',
      [
        'type Query { x: Int @policy(policies: [["never"]]) }',
        'extend type Query { x: Int @policy(policies: [["always"]]) }',
      ],
      {},
      null,
    ],
    [
      '@requiresScopes on a type',
      [
        'type T @requiresScopes(scopes: [["a"]]) { x: Int } type Query { t: T }',
        'extend type T @requiresScopes(scopes: [["b"]])',
      ],
      { scopes: ['b'] },
      { scopes: ['a', 'b'] },
    ],
    [
      'in one place',
      ['type Query { x: Int @hasRole(roles: ["admin"]) @hasRole(roles: ["staff"]) }'],
      { roles: ['staff'] },
      { roles: ['admin', 'staff'] },
    ],
  ])('%s', async (_, typeDefs, one, both) => {
    const options = { policies: { never: () => false, always: () => true } };
    let ran = 0;
    const x = () => (ran += 1);
    const hasType = typeDefs.join().includes('type T');
    const resolvers = { Query: hasType ? { t: () => ({ x }) } : { x } };
    const schema = guarded(typeDefs, resolvers, options);
    const source = hasType ? '{ t { x } }' : '{ x }';
    expect((await run(schema, source, somebody(one))).denied).toHaveLength(1);
    expect(ran).toBe(0);
    if (both === null) return;
    expect((await run(schema, source, somebody(both))).denied).toEqual([]);
    expect(ran).toBe(1);
  });

  test('graphql-js takes such a schema as well', () => {
    const { typeDefs } = createGuards();
    const text = `${typeDefs} type Query { x: Int @hasRole(roles: ["a"]) @hasRole(roles: ["b"]) }`;
    expect(() => buildSchema(text)).not.toThrow();
  });
});
