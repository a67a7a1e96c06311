import { describe, expect, test } from '@jest/globals';
import { perObject } from '../../../src/directives/policies.js';
import { build, expired, guards, nobody, somebody } from '../support.js';

const schema = build(`
  type Query {
    open: Int
    mine: Int @authenticated
    drafts: Int @requiresScopes(scopes: [["s"]])
    account: Account
    node: Node
    any: Any
    leaf: Leaf
    find(secret: Int @requiresScopes(scopes: [["s"]]), open: Int): Int
    need(secret: Int! @requiresScopes(scopes: [["s"]]), open: Int): Int
    by(filter: Filter!): Int
    strictBy(filter: NeedsSecret!): Int
    maybeBy(filter: NeedsSecret): Int
  }
  interface Node { id: ID note: Int }
  type Open implements Node { id: ID note: Int }
  type Account implements Node @authenticated { id: ID note: Int @requiresScopes(scopes: [["s"]]) }
  union Any = Open | Account
  union Opens = Open
  scalar Leaf @authenticated
  enum Kind { A }
  input Filter { open: Int secret: Int @requiresScopes(scopes: [["s"]]) deep: Filter }
  input NeedsSecret { open: Int inner: Needed! }
  input Needed { secret: Int! @requiresScopes(scopes: [["s"]]) }
`);
const guard = guards();
const guarded = guard.guard(schema);
const can = (coordinate: string, context: object): unknown =>
  (guard.viewerCan(guarded, [coordinate], context) as unknown[])[0];

describe('what nobody, somebody, and one with the scope may use', () => {
  test.each([
    ['Query', true, true, true],
    ['Query.open', true, true, true],
    ['Query.mine', false, true, true],
    ['Query.drafts', false, false, true],
    ['Account', false, true, true],
    ['Account.id', false, true, true],
    ['Query.account', false, true, true],
    // Abstract types are taken as all of their possible types.
    ['Node', false, true, true],
    ['Query.node', false, true, true],
    ['Query.any', false, true, true],
    ['Any', false, true, true],
    ['Opens', true, true, true],
    ['Node.id', false, true, true],
    ['Node.note', false, false, true],
    ['Open.note', true, true, true],
    ['Leaf', false, true, true],
    ['Query.leaf', false, true, true],
    ['Kind', true, true, true],
    // An optional argument that is denied leaves its field open.
    ['Query.find', null, null, true],
    ['Query.find(secret:)', false, false, true],
    ['Query.find(open:)', true, true, true],
    ['Query.need', false, false, true],
    ['Query.need(open:)', false, false, true],
    ['Filter', null, null, true],
    ['Filter.open', true, true, true],
    ['Filter.secret', false, false, true],
    ['Filter.deep', null, null, true],
    ['Query.by', null, null, true],
    ['Query.by(filter:)', null, null, true],
    ['NeedsSecret', false, false, true],
    ['NeedsSecret.inner', false, false, true],
    ['NeedsSecret.open', true, true, true],
    ['Query.strictBy', false, false, true],
    ['Query.maybeBy', null, null, true],
    ['Query.maybeBy(filter:)', false, false, true],
  ])('%s: %s, %s, %s', (coordinate, ...expected) => {
    const contexts = [nobody(), somebody(), somebody({ scopes: ['s'] })];
    expect(contexts.map((context) => can(coordinate, context))).toEqual(expected);
  });
});

test.each([
  '',
  'Nobody',
  'Query.nothing',
  'Query.open.more',
  'Query.open(none:)',
  'Query.find(secret)',
  'Query.find(secret: )',
  'Filter.nothing',
  'Filter.open(x:)',
  'Kind.A',
  'Any.open',
  'Query.constructor',
  'Query.__proto__',
  '__proto__',
  'constructor',
  'Query.__typename',
  '__Type.name',
  '@authenticated',
  ' Query.open',
  'Query.open\n',
])('there is no %j', (coordinate) => {
  expect(can(coordinate, somebody({ scopes: ['s'] }))).toBe(false);
});

test('one whose token has expired may use what nobody may', () => {
  expect(can('Query.mine', expired())).toBe(false);
  expect(can('Query.open', expired())).toBe(true);
});

test('the answers stand in the order of the questions, repeated ones too', () => {
  expect(guard.viewerCan(guarded, ['Query.mine', 'Query.open', 'Query.mine'], nobody())).toEqual([
    false,
    true,
    false,
  ]);
});

test('under protect-all every root field but a public one asks for a login', () => {
  const strict = guards({ mode: 'protect-all' });
  const all = strict.guard(build('type Query { a: Int b: Int @public }'));
  expect(strict.viewerCan(all, ['Query.a', 'Query.b'], nobody())).toEqual([false, true]);
});

describe('with policies', () => {
  const asked: string[] = [];
  const policed = guards({
    policies: {
      open: (viewer) => {
        asked.push('open');
        return Promise.resolve(viewer !== null);
      },
      unasked: () => {
        asked.push('unasked');
        return true;
      },
      owner: perObject((items) => items.map(() => true)),
    },
  });
  const schemaOfPolicies = policed.guard(
    build(`
      type Query { a: Int @policy(policies: [["open"]]) b: Int @policy(policies: [["unasked"]]) note: Note }
      type Note { id: ID text: String @policy(policies: [["owner"]]) both: Int @policy(policies: [["open", "owner"]]) }
    `),
  );
  const ask = (coordinates: string[], context: object) =>
    policed.viewerCan(schemaOfPolicies, coordinates, context);

  test('one over objects leaves the answer open', async () => {
    expect(await ask(['Note.text', 'Note.id', 'Query.note'], nobody())).toEqual([null, true, true]);
  });

  test('one about the request is asked, once, and no other', async () => {
    asked.length = 0;
    expect(await ask(['Query.a', 'Query.a', 'Note.both'], somebody())).toEqual([true, true, null]);
    expect(await ask(['Query.a', 'Note.both'], nobody())).toEqual([false, false]);
    expect(asked).toEqual(['open', 'open']);
  });
});
