import { afterAll, describe, expect, test } from '@jest/globals';
import { GraphQLScalarType } from 'graphql';
import { expired, nobody, somebody } from '../directives/support.js';
import {
  dataOf,
  executed,
  isCompiled,
  served,
  stage,
  textOf,
  warm,
  type Stage,
} from './support.js';

// jest fails the test during which, or after which, a rejection stays unhandled.
afterAll(() => new Promise((resolve) => setTimeout(resolve, 20)));

/** Compiled, and to the letter what graphql-js answers. */
async function expectSame(on: Stage, source: string, asked: Parameters<typeof warm>[2] = {}) {
  const data = await warm(on, source, asked);
  expect(data).not.toBeNull();
  const plain = textOf(await executed(on, source, asked));
  expect(JSON.stringify({ data })).toBe(plain);
  return plain;
}

/** Thrown away, and then answered by graphql-js: the same error. */
async function expectThrownAway(on: Stage, source: string, asked: Parameters<typeof warm>[2] = {}) {
  expect(await warm(on, source, asked)).toBeNull();
  const answer = await served(on, source, asked);
  expect(answer.errors?.length).toBeGreaterThan(0);
  expect(textOf(answer)).toBe(textOf(await executed(on, source, asked)));
  return answer;
}

const later = <T>(value: T): Promise<T> =>
  new Promise((resolve) => setImmediate(() => resolve(value)));

describe('values', () => {
  const Upper = new GraphQLScalarType<string, string>({
    name: 'Upper',
    serialize: (value) => String(value).toUpperCase(),
  });
  const on = stage(
    `scalar Upper
     enum Color { RED GREEN }
     type Item { id: ID n: Int f: Float s: String b: Boolean up: Upper color: Color inner: Item list: [Item] grid: [[Int]] method(a: Int = 2): String }
     type Query { item: Item! items: [Item!]! none: Item empty: [Item] set: [Int] promised: [Int!]! }`,
    {
      Upper,
      Color: { RED: { internal: 'red' }, GREEN: 7 },
      Query: {
        item: () => later(thing),
        items: () => [later(thing), thing, later(other)],
        none: () => undefined,
        empty: () => [],
        set: () => new Set([1, 2]),
        promised: () => [later(1), 2, { then: (done: (n: number) => void) => done(3) }],
      },
      Item: {
        n: ({ n }: { n: number }) => later(n),
        inner: ({ inner }: { inner: unknown }) => inner,
      },
    },
  );
  const color = on.schema.getType('Color') as unknown as {
    getValue(name: string): { value: unknown };
  };
  const thing: Record<string, unknown> = {
    id: 5,
    n: 1,
    f: 1.5,
    s: 'text',
    b: true,
    up: 'up',
    color: color.getValue('RED').value,
    list: [null, { id: 'x' }],
    grid: [[1, 2], [], null],
    method(args: { a: number }) {
      return `${String(this['s'])} ${args.a}`;
    },
  };
  const other = { ...thing, inner: thing, color: 7, n: null };

  test.each([
    ['leaves of every kind', '{ item { id n f s b up color } }'],
    ['lists, nulls in them, lists of lists', '{ item { list { id n } grid } }'],
    ['promises in lists', '{ items { id n inner { n s } } promised }'],
    ['nothing', '{ none { id } empty { id } item { inner { id } } }'],
    ['iterables', '{ set }'],
    ['properties that are functions', '{ item { method m: method(a: 5) } }'],
    ['type names', '{ __typename item { t: __typename list { __typename } } }'],
  ])('%s are as graphql-js makes them', async (_, source) => {
    await expectSame(on, source);
  });

  test('keys stand in the order of the document, whatever comes first', async () => {
    const text = await expectSame(on, '{ items { n s } promised set item { n id } }');
    expect(text.indexOf('items')).toBeLessThan(text.indexOf('promised'));
    expect(text).toContain('"item":{"n":1,"id":"5"}');
  });

  test('fields that are selected twice are one', async () => {
    const source =
      '{ item { s inner { id } ...F ... { id s } } item { b inner { s } } } fragment F on Item { inner { n } id }';
    await expectSame(on, source);
  });

  test('a field without a resolver reads what graphql-js reads', async () => {
    const bare = stage('type A { a: String f: String deep: A } type Query { a: A b: String }', {
      Query: { a: () => Object.assign(() => 'called', { a: 'of a function', deep: 'text' }) },
    });
    await expectSame(bare, '{ a { a f deep { a } } b }');
  });
});

describe('names that objects inherit', () => {
  const on = stage(
    'type A { constructor: String toString: String hasOwnProperty: String toJSON: String } type Query { a: A echo(constructor: String, toString: Int = 4): String valueOf: Int }',
    {
      Query: {
        a: () => ({ constructor: 'c', toString: 's', hasOwnProperty: null, toJSON: 'j' }),
        echo: (_: unknown, args: Record<string, unknown>) =>
          `${JSON.stringify(args)} ${Object.hasOwn(args, 'constructor')}`,
        valueOf: () => 1,
      },
    },
  );

  test('are names as any other, as fields and as aliases', async () => {
    await expectSame(
      on,
      '{ a { constructor toString hasOwnProperty toJSON isPrototypeOf: toJSON } toString: valueOf valueOf }',
    );
  });

  test('as variables, given and left out', async () => {
    const source =
      'query($constructor: String, $toString: Int) { echo(constructor: $constructor, toString: $toString) }';
    await expectSame(on, source, { variables: { constructor: 'x', toString: 1 } });
    expect(await expectSame(on, source)).toContain('false');
  });

  test('objects of the answer inherit nothing', async () => {
    const data = await warm(on, '{ a { toJSON } }');
    expect('toString' in (data as object)).toBe(false);
    expect('constructor' in (data?.['a'] as object)).toBe(false);
  });
});

describe('variables', () => {
  const seen: unknown[] = [];
  const on = stage(
    `input In { a: Int b: Int = 5 c: String } enum Color { RED }
     type Query { f(n: Int! = 3, in: In, list: [Int!], color: Color, id: ID): String }`,
    {
      Color: { RED: 'internal' },
      Query: {
        f: (_: unknown, args: unknown) => {
          seen.push(args);
          return JSON.stringify(args);
        },
      },
    },
  );

  test('an omitted variable inside an input object reaches the resolver as absent', async () => {
    const source = 'query($a: Int) { f(in: { a: $a, c: "x" }) }';
    expect(await isCompiled(on, source)).toBe(false);
    seen.length = 0;
    await served(on, source);
    expect(seen).toEqual([{ n: 3, in: { b: 5, c: 'x' } }]);
  });

  test('an omitted variable that is a whole argument, too', async () => {
    const source = 'query($id: ID, $n: Int = 9) { f(id: $id, n: $n) }';
    await expectSame(on, source);
    await expectSame(on, source, { variables: { id: null, n: 1 } });
    seen.length = 0;
    await dataOf(on, source);
    expect(seen).toEqual([{ n: 9 }]);
  });

  test('a variable of a recursive input type is left to graphql-js', async () => {
    const recursive = stage('input R { r: R n: Int } type Query { f(r: R): Int }', {
      Query: { f: (_: unknown, { r }: { r?: { r?: { n: number } } }) => r?.r?.n },
    });
    const source = 'query($r: R) { f(r: $r) }';
    const asked = { variables: { r: { r: { n: 4 } } } };
    expect(await isCompiled(recursive, source, asked)).toBe(false);
    expect(textOf(await served(recursive, source, asked))).toBe('{"data":{"f":4}}');
  });

  test('defaults, lists and the internal values of enums', async () => {
    await expectSame(on, 'query($l: [Int!] = [1, 2], $c: Color = RED) { f(list: $l, color: $c) }');
    await expectSame(on, 'query($l: [Int!], $c: Color) { f(list: $l, color: $c) }', {
      variables: { l: 3, c: 'RED' },
    });
    await expectSame(on, '{ f(list: [1], color: RED, in: { a: 1 }) }');
  });

  test('that do not fit are left to graphql-js', async () => {
    const source = 'query($n: Int) { f(n: $n) }';
    await expectSame(on, source);
    await expectThrownAway(on, source, { variables: { n: 'x' } });
    // Allowed by the default of the argument, and wrong only at run time.
    await expectThrownAway(on, source, { variables: { n: null } });
  });

  test('text of a document never becomes code', async () => {
    const marked = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d';
    await expectSame(
      on,
      `{ f(id: "${marked}globalThis.owned=1") g: f(id: "\${globalThis.owned=1}") }`,
    );
    expect(globalThis).not.toHaveProperty('owned');
  });

  test('arguments belong to the call: a resolver that changes its own changes nobody else’s', async () => {
    const changing = stage('type A { f(l: [Int], n: Int): String } type Query { a: [A] }', {
      Query: { a: () => [{}, {}] },
      A: {
        f: (_: unknown, args: { l: number[]; n?: number }) => {
          args.l.push(9);
          args.n = (args.n ?? 0) + 1;
          return JSON.stringify(args);
        },
      },
    });
    const text = await expectSame(changing, '{ a { f(l: [1]) } }');
    expect(text).not.toContain('9,9');
  });
});

describe('a document with several operations', () => {
  const on = stage('type Query { a: Int b: Int secret: Int @authenticated }', {
    Query: { a: () => 1, b: () => 2, secret: () => 3 },
  });
  const source = 'query A { a } query B { b } query C { secret }';

  test('each has a plan of its own', async () => {
    for (const operationName of ['A', 'B']) await expectSame(on, source, { operationName });
    expect(await warm(on, source, { operationName: 'C', context: nobody() })).toBeNull();
    expect(await warm(on, source, { operationName: 'C', context: somebody() })).toEqual({
      secret: 3,
    });
  });
});

describe('types whose names run together', () => {
  test('A.Bc and AB.c are two fields', async () => {
    const on = stage('type A { Bc: String } type AB { c: String } type Query { a: A ab: AB }', {
      Query: { a: () => ({}), ab: () => ({}) },
      A: { Bc: () => 'A.Bc' },
      AB: { c: () => 'AB.c' },
    });
    expect(await expectSame(on, '{ a { Bc } ab { c } }')).toContain(
      '{"a":{"Bc":"A.Bc"},"ab":{"c":"AB.c"}}',
    );
  });
});

describe('whatever goes wrong', () => {
  const calls = { count: 0 };
  const fail = () => {
    calls.count += 1;
    throw new Error('no');
  };
  const on = stage(
    `enum Color { RED }
     type Item { n: Int! bad: Int! color: Color fails: String items: [Item!]! late: Int! }
     type Query { fails: String rejects: String error: String item: Item items: [Item] strict: [Item!]! notList: [Int] int: Int errors: [Int] thenables: [Int!]! late: Item ok: String both: [Item!] }`,
    {
      Query: {
        fails: fail,
        rejects: () => Promise.reject(new Error('later no')),
        error: () => new Error('returned'),
        item: () => ({ n: 1, bad: null, color: 'BLUE', items: [{ n: 1 }, null] }),
        items: () => [{ n: 1 }, { n: 'x' }],
        strict: () => [{ n: 1 }, null],
        notList: () => 'text',
        int: () => 'text',
        errors: () => [1, new Error('in a list')],
        thenables: () => [
          Promise.reject(new Error('first')),
          null,
          Promise.reject(new Error('third')),
        ],
        late: () => later({ n: 1 }),
        ok: () => later('ok'),
        both: () => [{ n: null }, Promise.reject(new Error('behind'))],
      },
      Item: { fails: fail, late: () => later(null) },
    },
  );

  test.each([
    ['a resolver that throws', '{ ok fails }'],
    ['one that rejects', '{ ok rejects }'],
    ['one that answers with an error', '{ error }'],
    ['an error in a list', '{ errors }'],
    ['null where there must be a value', '{ ok item { bad } }'],
    ['null in a list that allows none', '{ strict { n } }'],
    ['null that comes later', '{ late { late } }'],
    ['a value that is no list', '{ notList }'],
    ['a scalar that cannot be serialized', '{ int }'],
    ['a scalar of one item that cannot', '{ items { n } }'],
    ['an enum value that there is not', '{ item { color } }'],
    ['something deep below what came later', '{ late { fails } }'],
  ])('%s: the run is thrown away and graphql-js answers the same', async (_, source) => {
    await expectThrownAway(on, source);
  });

  test('the resolver runs a second time, and then the query is left alone for 2, 4, 8 … requests', async () => {
    const counts: number[] = [];
    for (let request = 0; request < 18; request += 1) {
      calls.count = 0;
      await served(on, '{ again: fails }');
      counts.push(calls.count);
    }
    expect(counts.join('')).toBe('121121111211111111');
  });

  test('a mutation to which a query leads runs once', async () => {
    let done = 0;
    const on = stage(
      'type Query { again: Mutation } type Mutation { next: Int fail(now: Boolean): Int }',
      {
        Query: { again: () => ({}) },
        Mutation: {
          next: () => ++done,
          fail: (_: unknown, { now }: { now: boolean }) => {
            if (now) throw new Error('now');
          },
        },
      },
    );
    const source = 'query ($now: Boolean) { again { next fail(now: $now) } }';
    await warm(on, source, { variables: { now: false } });
    const before = done;
    const { data } = await served(on, source, { variables: { now: true } });
    expect(data).toEqual({ again: { next: before + 1, fail: null } });
    expect(done).toBe(before + 1);
  });

  test('a run that goes well ends that', async () => {
    let isBad = true;
    const flaky = stage('type Query { f: Int }', { Query: { f: () => (isBad ? 'text' : 1) } });
    for (let request = 0; request < 10; request += 1) await dataOf(flaky, '{ f }');
    isBad = false;
    const answers: boolean[] = [];
    for (let request = 0; request < 12; request += 1) {
      answers.push((await dataOf(flaky, '{ f }')) !== null);
    }
    const from = answers.indexOf(true);
    expect(from).toBeGreaterThan(-1);
    expect(answers.slice(from)).not.toContain(false);
  });

  test('a credential that was refused is left to graphql-js', async () => {
    expect(await isCompiled(on, '{ ok }', { context: expired() })).toBe(false);
    expect(await isCompiled(on, '{ ok }')).toBe(true);
  });

  test.each(['{ thenables }', '{ both { n } }'])(
    'a rejection that nobody waits for any more does not end the process: %s',
    async (source) => {
      expect(await warm(on, source)).toBeNull();
    },
  );

  test('a throwing resolveType loses neither the request nor the process', async () => {
    const abstract = stage(
      'interface I { a: Int } type A implements I { a: Int } type Query { i: I }',
      {
        Query: { i: () => ({}) },
        I: {
          __resolveType: () => {
            throw new Error('who knows');
          },
        },
      },
    );
    expect(await isCompiled(abstract, '{ i { a } }')).toBe(false);
    const { data, errors } = await served(abstract, '{ i { a } }');
    expect([data, errors?.map(({ message }) => message)]).toEqual([{ i: null }, ['who knows']]);
  });
});

describe('many at once', () => {
  test('one document with other viewers and variables: each gets its own', async () => {
    const on = stage(
      'type Item { n: Int owner: String } type Query { item(n: Int!): Item @authenticated }',
      {
        Query: { item: (_: unknown, { n }: { n: number }) => later({ n }) },
        Item: {
          owner: (_: unknown, __: unknown, { viewer }: { viewer: { id: string } }) =>
            later(viewer.id),
        },
      },
    );
    const source = 'query($n: Int!) { item(n: $n) { n owner } }';
    await isCompiled(on, source, { variables: { n: 0 }, context: somebody() });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const context = somebody();
        const viewer = { ...context.viewer, id: `u${n}` };
        return dataOf(on, source, { variables: { n }, context: { ...context, viewer } as never });
      }),
    );
    expect(answers).toEqual(
      Array.from({ length: 100 }, (_, n) => ({ item: { n, owner: `u${n}` } })),
    );
  });

  test('where nothing is waited for the answer is there at once', async () => {
    const on = stage('type Query { a: [Int] b: Int @authenticated }', {
      Query: { a: () => [1], b: () => 2 },
    });
    const { side, schema } = on;
    const asked = { context: somebody() };
    await warm(on, '{ a b }', asked);
    const { operationOf } = await import('./support.js');
    expect(side.answer(operationOf({ side, schema }, '{ a b }', asked))).toEqual({
      data: { a: [1], b: 2 },
    });
  });
});
