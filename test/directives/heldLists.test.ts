/**
 * Where one item takes a list with it, denials of the others may be on their way: none may end the process. jest fails a
 * test during which a rejection stays unhandled.
 */
import { expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { perObject } from '../../src/directives/policies.js';
import { guarded, nobody, run, somebody } from './support.js';

const good = perObject<{ good?: boolean }>((items) =>
  items.map(({ object }) => object.good === true),
);
const bad = perObject((items) => items.map(() => false));
const policies = { good, bad };

const sometimesLater = (value: { later?: boolean; kind: string }) =>
  value.later === true ? Promise.resolve(value.kind) : value.kind;

test.each([
  [
    'a field of a row, behind which there is no row',
    'type Query { list: [X!] } type X { f: Int! @policy(policies: "bad") }',
    [{}, null],
    '{ list { f } }',
  ],
  [
    'the same in a list of lists',
    'type Query { list: [[X!]] } type X { f: Int! @policy(policies: "bad") }',
    [[{}, null]],
    '{ list { f } }',
  ],
  [
    'below a row, in a list of its own',
    'type Query { list: [X!] } type X { ys: [Y!]! } type Y { f: Int! @policy(policies: "bad") }',
    [{ ys: [{}] }, null],
    '{ list { ys { f } } }',
  ],
  [
    'fields of two types of a union, one of which is denied at once',
    `type Query { list: [U!] } union U = X | Y
     type X { f: Int! @policy(policies: "bad") } type Y { g: Int! @authenticated }`,
    [{ kind: 'X' }, { kind: 'Y' }],
    '{ list { ... on X { f } ... on Y { g } } }',
  ],
  [
    'a field of an allowed row, behind which a row is denied',
    `type Query { list: [X!] }
     type X @policy(policies: "good") { f: Int! @policy(policies: "bad") }`,
    [{ good: true }, { good: false }],
    '{ list { f } }',
  ],
  [
    'a row whose type is told later',
    `type Query { list: [U!] } union U = X | Y type X @authenticated { f: Int } type Y { f: Int }`,
    [{ kind: 'X', later: true }, { kind: 'X' }],
    '{ list { ... on X { f } } }',
  ],
])('no denial is an unhandled rejection: %s', async (_, typeDefs, list, query) => {
  const resolvers = {
    Query: { list: () => list },
    ...(typeDefs.includes('union U') && { U: { __resolveType: sometimesLater } }),
  };
  const schema = guarded(typeDefs, resolvers, { policies });
  const { data, errors } = await run(schema, query, nobody());
  expect(JSON.stringify(data)).toMatch(/^\{"list":(null|\[null\])\}$/);
  expect(errors).toHaveLength(1);
  await wait(5);
});

test('what is allowed comes as ever, from any iterable and through promises', async () => {
  const schema = guarded(
    'type Query { list: [[X!]!] } type X { f: Int! @policy(policies: "good") }',
    {
      Query: {
        list: () => new Set([Promise.resolve([{ good: true, f: 1 }]), [{ good: true, f: 2 }]]),
      },
    },
    { policies },
  );
  expect((await run(schema, '{ list { f } }', somebody())).data).toEqual({
    list: [[{ f: 1 }], [{ f: 2 }]],
  });
});

test('what is no list is the error that it was', async () => {
  const schema = guarded(
    'type Query { list: [X!] } type X { f: Int! @policy(policies: "good") }',
    { Query: { list: () => ({}) } },
    { policies },
  );
  const { errors } = await run(schema, '{ list { f } }', somebody());
  expect(errors?.[0]?.message).toMatch(/^Expected Iterable/);
});
