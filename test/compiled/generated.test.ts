import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { perObject } from '../../src/directives/policies.js';
import type { ViewerContext } from '../../src/viewer.js';
import { expired, nobody, somebody } from '../directives/support.js';
import { dataOf, executed, stage, textOf } from './support.js';

const later = <T>(value: T): Promise<T> => Promise.resolve().then(() => value);

/** Unless it says otherwise an object is a node. */
const kindOf = (value: unknown): string => (value as { kind?: string }).kind ?? 'Node';

const on = stage(
  `enum Color { RED GREEN }
   interface Named { name: String }
   type Node implements Named {
     id: ID! name: String n: Int f: Float color: Color tags: [String!] grid: [[Int]]
     self: Node next: Node! list: [Node] strict: [Node!]! late: Node rows: [Node!]
     secret: String @requiresScopes(scopes: [["a"]]) admin: Int @hasRole(roles: ["r"])
     own: String @policy(policies: [["own"]]) named: Named any: Any anys: [[Any]] leads: Named
     echo(text: String = "d", n: Int, color: Color, list: [Int!]): String
     bad: Int broken: String! throws: Int constructor: String toString: String
   }
   type Locked @requiresScopes(scopes: [["a"], ["b"]]) { id: ID node: Node }
   type Other implements Named { name: String n: Int! more: Any echo(n: Int): String }
   type Shut implements Named @requiresScopes(scopes: [["a"]]) { name: String shut: String }
   type Kept implements Named @policy(policies: [["own"]]) { id: Int name: String kept: String }
   union Any = Node | Other | Locked
   union Guarded = Node | Shut | Kept
   type Query { guarded: [Guarded] node: Node nodes: [Node] locked: Locked open: Int mine: String @authenticated asked(n: Int @requiresScopes(scopes: [["b"]])): Int none: Node }`,
  {
    Color: { RED: 'red-inside', GREEN: 2 },
    Query: {
      node: () => ({ id: 1 }),
      nodes: () => later([{ id: 2 }, null, later({ id: 3 })]),
      locked: () => ({ id: 'l', node: { id: 4 } }),
      open: () => later(7),
      mine: (_: unknown, __: unknown, { viewer }: ViewerContext) => viewer?.id,
      asked: (_: unknown, { n }: { n?: number | null }) => n ?? -1,
    },
    Named: { __resolveType: kindOf as never },
    Any: { __resolveType: ((value: unknown) => later(kindOf(value))) as never },
    Guarded: { __resolveType: kindOf as never },
    Other: {
      name: () => 'other',
      n: () => 5,
      more: (other: unknown) => other,
      echo: (_: unknown, { n }: { n?: number }) => `other ${n}`,
    },
    Shut: { name: () => 'shut', shut: () => later('told') },
    Kept: { name: () => 'kept', kept: ({ id }: { id: number }) => `kept ${id}` },
    Node: {
      name: ({ id }: { id: number }) => later(`node ${id}`),
      n: ({ id }: { id: number }) => id,
      f: () => 0.5,
      color: ({ id }: { id: number }) => (id % 2 ? 'red-inside' : 2),
      tags: () => new Set(['a', 'b']),
      grid: () => [[1, null], later([2]), null],
      self: (node: unknown) => node,
      next: ({ id }: { id: number }) => later({ id: id + 10 }),
      list: ({ id }: { id: number }) => [{ id: id * 2 }, null, later({ id: id * 2 + 1 })],
      strict: ({ id }: { id: number }) => later([{ id: id + 1 }, { id: id + 2 }]),
      late: ({ id }: { id: number }) => (id % 2 ? later({ id: id + 3 }) : null),
      rows: ({ id }: { id: number }) => [{ id }, { id: id + 1 }],
      secret: () => 'secret',
      admin: () => later(1),
      own: ({ id }: { id: number }) => `own ${id}`,
      named: (node: unknown) => node,
      leads: ({ id }: { id: number }) => (id % 3 ? { kind: 'Other' } : { id: id + 1 }),
      any: ({ id }: { id: number }) => later(id % 2 ? { id: id + 1 } : { kind: 'Other' }),
      anys: ({ id }: { id: number }) => [[{ kind: 'Other' }, null, later({ id })], null],
      echo: (_: unknown, args: object) => JSON.stringify(args),
      bad: ({ id }: { id: number }) => (id > 8 ? 'text' : id),
      broken: ({ id }: { id: number }) => (id > 8 ? null : 'whole'),
      throws: ({ id }: { id: number }) => {
        if (id > 8) throw new Error(`thrown at ${id}`);
        return id;
      },
      constructor: () => 'c',
      toString: () => 's',
    },
  },
  {
    policies: {
      own: perObject<{ id: number }>((items) => later(items.map(({ object }) => object.id < 12))),
    },
  },
);

/** The seldom ones make a whole document leave the class, or fail. */
const leaves = [
  'id',
  'name',
  'n',
  'f',
  'color',
  'tags',
  'grid',
  '__typename',
  'toString',
  'constructor',
];
const seldom = ['secret', 'admin', 'own', 'bad', 'broken', 'throws'];
const objects = ['self', 'next', 'list', 'strict', 'late', 'rows'];

const argumentLists = fc.constantFrom(
  '',
  '(text: "x\\"y")',
  '(text: $t)',
  '(n: $n, color: RED)',
  '(color: $c)',
  '(list: [1, 2], text: null)',
  '(list: $l)',
);
const alias = fc.constantFrom('', '', '', 'x: ', 'valueOf: ', 'toJSON: ');
const wrap = fc.constantFrom(
  ...['', '', '', '', '', '', 'inline', 'spread', 'typed', 'named', 'any'],
  ...['skip', 'include', 'both', 'field', 'literal', 'maybe'],
);
/** Fields of interfaces and unions: what is selected on one of their types, and on all of them. */
const abstract = ['named', 'leads', 'any', 'anys'];

const onAll = [
  '__typename',
  '... on Named { name }',
  '... on Other { o: n more { ... on Named @skip(if: $skip) { name } } }',
  '... on Named { ... on Other { oe: echo(n: $n) } ... on Node { id } __typename @include(if: $maybe) }',
];

const { selections } = fc.letrec<{ selections: string; field: string }>((tie) => ({
  field: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'levels' },
    { arbitrary: fc.constantFrom(...leaves), weight: 6 },
    { arbitrary: argumentLists.map((args) => `echo${args}`), weight: 2 },
    { arbitrary: fc.constantFrom(...seldom), weight: 1 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...objects), tie('selections'))
        .map(([name, below]) => `${name} ${below}`),
      weight: 4,
    },
    {
      arbitrary: fc
        .tuple(fc.constantFrom(...abstract), tie('selections'), fc.constantFrom(...onAll))
        .map(([name, below, all]) => `${name} { ${all} ... on Node ${below} }`),
      weight: 2,
    },
  ),
  selections: fc
    .array(fc.tuple(tie('field'), wrap), { minLength: 1, maxLength: 4, depthIdentifier: 'levels' })
    .map((fields) => `{ ${fields.map(([field, how]) => wrapped(field, how)).join(' ')} }`),
}));

function wrapped(field: string, how: string): string {
  switch (how) {
    case 'inline':
      return `... { ${field} }`;
    case 'typed':
      return `... on Node { ${field} }`;
    case 'spread':
      return `...Common ${field}`;
    case 'skip':
      return `... @skip(if: $skip) { ${field} }`;
    case 'include':
      return `... on Node @include(if: $yes) { ${field} }`;
    case 'both':
      return `... @skip(if: $skip) @include(if: $yes) { ${field} }`;
    case 'field':
      return `__typename @skip(if: $yes) ${field} id @include(if: $skip)`;
    case 'literal':
      return `${field} f @skip(if: true) ... @include(if: true) { n }`;
    case 'maybe':
      return `...Common @include(if: $maybe) ${field}`;
    case 'named':
      return `... on Named { name }`;
    case 'any':
      return `... on Any { ... on Node { ${field} } ... on Other { n } }`;
    default:
      return field;
  }
}

const root = fc.oneof(
  {
    arbitrary: fc
      .tuple(fc.constantFrom('node', 'nodes', 'none'), selections)
      .map(([name, below]) => `${name} ${below}`),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom(
      'open',
      'mine',
      '__typename',
      'asked',
      'asked(n: $n)',
      'asked(n: 1)',
    ),
    weight: 2,
  },
  { arbitrary: selections.map((below) => `locked { id node ${below} }`), weight: 1 },
  {
    arbitrary: selections.map(
      (below) =>
        `guarded { __typename ... on Node ${below} ... on Shut @skip(if: $skip) { shut } ... on Named { name } ... on Kept { kept @include(if: $yes) } }`,
    ),
    weight: 1,
  },
);

const documents = fc.array(fc.tuple(alias, root), { minLength: 1, maxLength: 4 }).map((roots) => {
  const fields = roots.map(
    ([as, field], at) => `${as === '' ? `r${at}: ` : as.replace(':', `${at}:`)}${field}`,
  );
  const body = fields.join(' ');
  const declared = [
    ['$t', 'String = "given"'],
    ['$n', 'Int'],
    ['$c', 'Color'],
    ['$l', '[Int!]'],
    ['$skip', 'Boolean = true'],
    ['$yes', 'Boolean = false'],
    ['$maybe', 'Boolean = true'],
  ].filter(([name]) => body.includes(`${String(name)})`) || body.includes(`${String(name)},`));
  const variables = declared.map(([name, type]) => `${String(name)}: ${String(type)}`).join(', ');
  const fragment = body.includes('...Common')
    ? ' fragment Common on Node { id n self { name } }'
    : '';
  return `query${variables === '' ? '' : `(${variables})`} { ${body} }${fragment}`;
});

const variables = fc.record(
  {
    t: fc.constantFrom('x', null),
    n: fc.constantFrom(1, null, 'wrong'),
    c: fc.constantFrom('RED', 'GREEN', null),
    l: fc.constantFrom([1], 2, null, []),
    skip: fc.boolean(),
    yes: fc.boolean(),
    maybe: fc.constantFrom(true, false, true, false, null),
  },
  { requiredKeys: [] },
);

const viewers: (() => ViewerContext)[] = [
  nobody,
  expired,
  () => somebody(),
  () => somebody({ scopes: ['a'] }),
  () => somebody({ scopes: ['a', 'b'], roles: ['r'] }),
  () => somebody({ scopes: ['a', 'b'], roles: ['r'] }),
];

/** Merging of fields with other arguments is no business of this test. */
const isInvalid = (error: unknown): boolean => /conflict|never used/.test(String(error));

describe('generated operations', () => {
  test('the compiled answer is to the letter that of graphql-js, with the same errors where it steps aside', async () => {
    const count = { all: 0, compiled: 0, conditions: 0, abstract: 0 };
    await fc.assert(
      fc.asyncProperty(
        documents,
        variables,
        fc.constantFrom(...viewers),
        async (source, given, viewer) => {
          const ask = () => ({ variables: given, context: viewer() });
          try {
            await dataOf(on, source, ask());
          } catch (error) {
            if (isInvalid(error)) return;
            throw error;
          }
          const data = await dataOf(on, source, ask());
          const plain = await executed(on, source, ask());
          count.all += 1;
          if (data === null) return;
          count.compiled += 1;
          if (/@(skip|include)\(if: \$/.test(source)) count.conditions += 1;
          if (new RegExp(`\\b(${abstract.join('|')}|guarded) \\{`).test(source))
            count.abstract += 1;
          expect(JSON.stringify({ data })).toBe(textOf(plain));
        },
      ),
      { numRuns: 4000 },
    );
    // Else the test would prove nothing.
    expect(count.all).toBeGreaterThan(2000);
    expect(count.compiled).toBeGreaterThan(count.all / 8);
    expect(count.conditions).toBeGreaterThan(count.all / 16);
    expect(count.abstract).toBeGreaterThan(count.all / 16);
  });
});
