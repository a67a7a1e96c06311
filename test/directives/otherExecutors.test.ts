/** The executor of GraphQL Yoga takes what graphql-js refuses, and keeps what graphql-js makes anew. */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  buildSchema,
  execute,
  parse,
  type GraphQLInterfaceType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { perObject } from '../../src/directives/policies.js';
import { coercedVariables, rawVariables } from '../../src/directives/variables.js';
import { spawnTs } from '../support/child.js';
import { collect } from '../support/collect.js';
import { guarded, somebody } from './support.js';

// Its types would change those of graphql-js for the whole package.
const { createYoga } = (await import(String('graphql-yoga'))) as {
  createYoga: (options: object) => { fetch: typeof fetch };
};

async function ask(schema: GraphQLSchema, query: string, accept = 'application/json') {
  const yoga = createYoga({ schema, context: () => somebody(), logging: false });
  const response = await yoga.fetch('http://yoga.example/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

describe('a list that is an async iterable', () => {
  const closed = jest.fn();
  const mine = perObject<{ owner?: string }>((items, viewer) =>
    items.map(({ object }) => object.owner === viewer?.id),
  );
  const schema = guarded(
    `type Query { docs: [Doc] lines: [[Doc]] codes: [Code] }
     type Doc @policy(policies: [["mine"]]) { body: String }
     scalar Code @policy(policies: [["mine"]])`,
    {
      Query: {
        async *docs() {
          try {
            yield { owner: 'u1', body: 'mine' };
            yield { owner: 'u2', body: 'SECRET' };
            yield Promise.resolve({ owner: 'u2', body: 'SECRET' });
          } finally {
            closed();
          }
        },
        async *lines() {
          yield [{ owner: 'u2', body: 'SECRET' }];
          yield [{ owner: 'u1', body: 'mine' }];
        },
        async *codes() {
          yield 'SECRET';
        },
      },
    },
    { policies: { mine } },
  );

  test('is checked item by item', async () => {
    const { data, errors } = JSON.parse(await ask(schema, '{ docs { body } lines { body } }'));
    expect(data).toEqual({
      docs: [{ body: 'mine' }, null, null],
      lines: [[null], [{ body: 'mine' }]],
    });
    expect(errors.map(({ path }: { path: unknown }) => path)).toEqual(
      expect.arrayContaining([
        ['docs', 1],
        ['docs', 2],
        ['lines', 0, 0],
      ]),
    );
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test('whose items are non-null waits for the last, before a denial of the first is anybody’s', async () => {
    const rows = guarded(
      'type Query { rows: [Row!] } type Row { n: Int! @policy(policies: [["mine"]]) }',
      {
        Query: {
          async *rows() {
            yield { n: 1 };
            await wait(5);
            yield { n: 2 };
          },
        },
      },
      { policies: { mine } },
    );
    expect(JSON.parse(await ask(rows, '{ rows { n } }'))).toMatchObject({
      data: { rows: null },
      errors: [{ extensions: { reason: 'POLICY_DENIED' } }],
    });
    // jest fails a test during which a rejection stays unhandled.
    await wait(5);
  });

  test('of scalars whose promises reject ends no process', async () => {
    const child = spawnTs(new URL('./rejectingList.ts', import.meta.url));
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.stdout()).toContain('"codes":null');
  });

  test('of scalars falls with the one that is denied', async () => {
    const { data, errors } = JSON.parse(await ask(schema, '{ codes }'));
    expect(data).toEqual({ codes: null });
    expect(errors).toEqual([expect.objectContaining({ path: ['codes'] })]);
  });
});

describe('each event of a subscription is judged anew', () => {
  let isOpen = true;
  const resolved = jest.fn();
  beforeEach(() => {
    resolved.mockClear();
  });
  const events = (value: unknown) => ({
    async *subscribe() {
      isOpen = true;
      yield 0;
      isOpen = false;
      yield 0;
    },
    resolve() {
      resolved();
      return value;
    },
  });
  const schema = guarded(
    `type Query { open: Int }
     type Row { n: Int @policy(policies: [["open"]]) }
     type Subscription { rows: Row ticks: Int @policy(policies: [["open"]]) }`,
    { Subscription: { rows: events({ n: 1 }), ticks: events(1) } },
    { policies: { open: () => isOpen } },
  );

  test.each([
    ['its root', 'subscription { ticks }', '"ticks":1', 1],
    ['a field below', 'subscription { rows { n } }', '"n":1', 2],
  ])('%s, though the variables are the same object', async (_, query, open, runs) => {
    const text = await ask(schema, query, 'text/event-stream');
    expect(text.split(open)).toHaveLength(2);
    expect(text).toContain('POLICY_DENIED');
    expect(resolved).toHaveBeenCalledTimes(runs);
  });
});

describe('a variable that is taken from the prototype of the variables', () => {
  // So does graphql-js before 16.13.2, for a variable inside of a literal.
  const operation = parse('query ($x: Boolean) { open }').definitions[0] as OperationDefinitionNode;
  const any = buildSchema('type Query { open: Int }');
  const coerced = Object.create({ x: true }) as Record<string, unknown>;

  test('was supplied', () => {
    expect(coercedVariables(coerced, any).lookup('x')).toEqual({ value: true });
    expect(rawVariables(operation, {}, coerced).lookup('x')).toEqual({ value: true });
  });

  test('is none where there is no prototype', () => {
    const none = Object.create(null) as Record<string, unknown>;
    expect(coercedVariables(none, any).lookup('toString')).toBe(undefined);
    expect(rawVariables(operation, {}, none).lookup('toString')).toBe(undefined);
  });
});

test('an object that may stand for an interface is not asked about again, though graphql-jit has another info by then', async () => {
  let seen: GraphQLResolveInfo | undefined;
  const object = { __typename: 'Doc', id: 1, owner: 'u1' };
  const schema = guarded(
    `interface Node { id: ID }
     type Doc implements Node @policy(policies: [["mine"]]) { id: ID }
     type Query { nodes: [Node] }`,
    {
      Query: {
        nodes: (_: unknown, __: unknown, ___: unknown, info: GraphQLResolveInfo) => {
          seen = info;
          return [];
        },
      },
    },
    {
      policies: {
        mine: perObject<{ owner?: string }>((items, viewer) =>
          items.map((item) => item.object.owner === viewer?.id),
        ),
      },
    },
  );
  const contextValue = somebody();
  await execute({ schema, document: parse('{ nodes { id } }'), contextValue });
  const node = schema.getType('Node') as GraphQLInterfaceType;
  // It waits for no type: what was a promise is asked for again when it has settled.
  const ask = () => node.resolveType!(object, contextValue, { ...seen! }, node);
  expect(await ask()).toBe('Doc');
  expect(ask()).toBe('Doc');
  const foreign = node.resolveType!({ ...object, owner: 'u2' }, contextValue, { ...seen! }, node);
  await expect(foreign).rejects.toMatchObject({ extensions: { reason: 'POLICY_DENIED' } });
});

test('what a server keeps of a document outlives no schema that was guarded and taken out of use', async () => {
  const document = parse('{ x }');
  const refs: WeakRef<GraphQLSchema>[] = [];
  for (let time = 0; time < 5; time++) {
    const schema = guarded('type Query { x: Int @authenticated }', { Query: { x: () => 1 } });
    refs.push(new WeakRef(schema));
    expect(await execute({ schema, document, contextValue: somebody() })).toEqual({
      data: { x: 1 },
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  // graphql-js remembers what it did last.
  expect(refs.filter((ref) => ref.deref()).length).toBeLessThan(3);
});
