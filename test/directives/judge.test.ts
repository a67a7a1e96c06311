import { expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { contextOf, guarded, viewerOf } from './support.js';

class CountingSet extends Set<string> {
  asked = 0;
  override has(value: string): boolean {
    this.asked += 1;
    return super.has(value);
  }
}

const schema = guarded(
  `type Item { a: Int @requiresScopes(scopes: [["s"]]) b: Int @requiresScopes(scopes: [["s"]]) }
   type Query { items: [Item] other: Item @requiresScopes(scopes: [["s"]]) role: Int @hasRole(roles: ["r"]) }`,
  { Query: { items: () => Array.from({ length: 50 }, () => ({ a: 1, b: 2 })), other: () => ({}) } },
);

test.each([
  ['who holds it', ['s']],
  ['who does not', []],
])(
  'a requirement is evaluated once per request, however many fields and rows ask: %s',
  async (_, held) => {
    const scopes = new CountingSet(held);
    const contextValue = contextOf({ kind: 'valid', viewer: { ...viewerOf({}), scopes } });
    await graphql({ schema, source: '{ items { a b } other { a } role }', contextValue });
    expect(scopes.asked).toBe(1);
  },
);

test('the next request is asked anew', async () => {
  const scopes = new CountingSet(['s']);
  for (let request = 0; request < 2; request++) {
    const contextValue = contextOf({ kind: 'valid', viewer: { ...viewerOf({}), scopes } });
    await graphql({ schema, source: '{ other { a } }', contextValue });
  }
  expect(scopes.asked).toBe(2);
});
