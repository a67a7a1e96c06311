import { describe, expect, test } from '@jest/globals';
import type { GraphQLInterfaceType } from 'graphql';
import { perObject } from '../../src/directives/policies.js';
import { contextOf, nobody, somebody, viewerOf } from '../directives/support.js';
import { dataOf, executed, served, stage, textOf, warm } from './support.js';

interface Kind {
  readonly kind: string;
}

const later = <T>(value: T): Promise<T> => Promise.resolve().then(() => value);

describe('a guarded type that an interface leads to', () => {
  const guardedTypes = `
    interface Account { id: ID note: String }
    type Open implements Account { id: ID note: String }
    type Closed implements Account @requiresScopes(scopes: [["a"]]) { id: ID note: String secret: String }
    type Owned implements Account @policy(policies: [["own"]]) { id: ID note: String secret: String }
    type Query { account(kind: String!): Account accounts(kinds: [String!]): [Account] mine: Owned }
  `;
  function accounts(isAsync: boolean) {
    const ran: string[] = [];
    const calls: number[] = [];
    const note = (name: string) => (source: unknown) => {
      ran.push(name);
      return `${name} of ${(source as { id: string }).id}`;
    };
    const made = (kind: string) => ({ kind, id: kind === 'Owned' ? 'u1' : kind });
    const on = stage(
      guardedTypes,
      {
        Account: { __resolveType: (({ kind }: Kind) => kind) as never },
        Open: { note: note('open') },
        Closed: { note: note('closed'), secret: note('secret') },
        Owned: { note: note('owned'), secret: note('own secret') },
        Query: {
          account: (_: unknown, { kind }: Kind) => made(kind),
          accounts: (_: unknown, { kinds }: { kinds: string[] }) => kinds.map(made),
        },
      },
      {
        policies: {
          own: perObject<{ id: string }>((items, viewer) => {
            calls.push(items.length);
            const answers = items.map(({ object }) => object.id === viewer?.id);
            return isAsync ? later(answers) : answers;
          }),
        },
      },
    );
    return { on, ran, calls };
  }
  const source = `query($kind: String!, $x: Boolean = true) {
    account(kind: $kind) { id ... on Account @include(if: $x) { note } ... on Closed { secret } ... on Owned { secret } } }`;

  test('is never run for who may not have it, though a plan is there', async () => {
    const { on, ran } = accounts(false);
    const may = { context: somebody({ scopes: ['a'] }), variables: { kind: 'Closed' } };
    expect(await warm(on, source, may)).toMatchObject({ account: { secret: 'secret of Closed' } });
    ran.length = 0;
    for (const context of [nobody(), somebody(), somebody({ scopes: ['b'] })]) {
      const asked = { context, variables: { kind: 'Closed' } };
      expect(await dataOf(on, source, asked)).toBeNull();
      const answer = await served(on, source, asked);
      expect(answer.data).toEqual({ account: null });
      expect(textOf(answer)).toBe(textOf(await executed(on, source, asked)));
    }
    expect(ran).toEqual([]);
  });

  test.each([true, false])('is asked about by its policy, %s: answered later', async (isAsync) => {
    const { on, ran } = accounts(isAsync);
    const as = (id: string, kind: string) => ({
      context: contextOf({ kind: 'valid', viewer: viewerOf({ id, scopes: ['a'] }) }),
      variables: { kind },
    });
    expect(await warm(on, source, as('u1', 'Owned'))).toMatchObject({
      account: { secret: 'own secret of u1' },
    });
    ran.length = 0;
    for (let time = 0; time < 3; time += 1) {
      expect(await dataOf(on, source, as('u2', 'Owned'))).toBeNull();
      const answer = await served(on, source, as('u2', 'Owned'));
      expect(answer.data).toEqual({ account: null });
      expect(textOf(answer)).toBe(textOf(await executed(on, source, as('u2', 'Owned'))));
    }
    expect(ran).toEqual([]);
  });

  test('is asked about once for a whole list', async () => {
    const { on, calls } = accounts(true);
    const list = '{ accounts(kinds: ["Owned", "Open", "Owned"]) { __typename note } }';
    const asked = { context: somebody({ scopes: ['a'] }) };
    await warm(on, list, asked);
    calls.length = 0;
    expect(await dataOf(on, list, asked)).toEqual({
      accounts: ['Owned', 'Open', 'Owned'].map((__typename) =>
        expect.objectContaining({ __typename }),
      ),
    });
    expect(calls).toEqual([2]);
  });

  test('stays guarded when a resolveType is attached later', async () => {
    const { on, ran } = accounts(false);
    const mine = { context: somebody({ scopes: ['a'] }), variables: { kind: 'Open' } };
    expect(await warm(on, source, mine)).not.toBeNull();
    (on.schema.getType('Account') as GraphQLInterfaceType).resolveType = () => 'Closed';
    expect(await dataOf(on, source, mine)).toMatchObject({ account: { secret: 'secret of Open' } });
    ran.length = 0;
    expect((await served(on, source, { ...mine, context: somebody() })).data).toEqual({
      account: null,
    });
    expect(ran).toEqual([]);
  });
});
