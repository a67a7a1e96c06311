import { describe, expect, test } from '@jest/globals';
import type { GraphQLFieldResolver, GraphQLObjectType } from 'graphql';
import { perObject } from '../../src/directives/policies.js';
import { contextOf, expired, nobody, somebody, viewerOf } from '../directives/support.js';
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

type Resolver = GraphQLFieldResolver<unknown, unknown>;

const typeDefs = `
  input In { secret: Int @requiresScopes(scopes: [["b"]]) }
  type User { id: ID email: String @requiresScopes(scopes: [["a"]]) owner: String @policy(policies: [["own"]]) }
  type Query {
    open: String
    secret: String @authenticated
    user: User
    users: [User] @requiresScopes(scopes: [["a"]])
    asked(n: Int @requiresScopes(scopes: [["b"]]), in: In): String
    later: String @policy(policies: [["later"]])
  }
`;

function guardedStage(options: Parameters<typeof stage>[2] = {}): Stage & { ran: string[] } {
  const ran: string[] = [];
  const note =
    (name: string, value: unknown): Resolver =>
    () => {
      ran.push(name);
      return value;
    };
  const ann = { id: '1', email: 'ann@example.com', owner: 'ann' };
  const made = stage(
    typeDefs,
    {
      Query: {
        open: note('open', 'open'),
        secret: note('secret', 'secret'),
        user: note('user', ann),
        users: note('users', [ann]),
        asked: note('asked', 'asked'),
        later: note('later', 'later'),
      },
    },
    {
      policies: {
        own: perObject((items) => items.map(() => true)),
        later: (viewer) => Promise.resolve(viewer !== null),
      },
      ...options,
    },
  );
  return { ...made, ran };
}

const a = () => somebody({ scopes: ['a'] });

describe('a guarded field behind @skip', () => {
  test('is not run, neither for who may see it, by a plan, nor for who may not', async () => {
    const on = guardedStage();
    const source = '{ open secret @skip(if: true) }';
    for (const context of [nobody(), nobody(), nobody(), somebody(), somebody()]) {
      expect(textOf(await served(on, source, { context }))).toBe('{"data":{"open":"open"}}');
    }
    expect(await isCompiled(on, source, { context: somebody() })).toBe(true);
    expect(on.ran).not.toContain('secret');
  });

  test('under an @include that is false is unjudged and unrun', async () => {
    const on = guardedStage({ onUnauthorized: 'reject' });
    const source = 'query($v: Boolean!) { open secret @include(if: $v) }';
    const asking = (v: boolean, context = nobody()) => ({ variables: { v }, context });
    for (let time = 0; time < 3; time += 1) {
      // Refused whole as soon as it is asked for.
      expect((await served(on, source, asking(true))).errors).toHaveLength(1);
      expect(textOf(await served(on, source, asking(false)))).toBe('{"data":{"open":"open"}}');
    }
    expect(on.ran).not.toContain('secret');
    expect(await warm(on, source, asking(false, somebody()))).toEqual({ open: 'open' });
    expect(await warm(on, source, asking(true, somebody()))).toMatchObject({ secret: 'secret' });
    expect((await served(on, source, asking(true))).data).toBeNull();
  });

  test.each([
    ['left out', {}, false],
    ['true', { v: true }, false],
    ['false', { v: false }, true],
  ])(
    'whose variable has a default is judged and run by the same truth: %s',
    async (_, variables, isAsked) => {
      const on = guardedStage();
      const source = 'query($v: Boolean = true) { open user { id email @skip(if: $v) } }';
      const may = { variables, context: a() };
      const mayNot = { variables, context: somebody() };
      const whole = {
        open: 'open',
        user: { id: '1', ...(isAsked && { email: 'ann@example.com' }) },
      };
      expect(await warm(on, source, may)).toEqual(whole);
      expect(await dataOf(on, source, mayNot)).toBeNull();
      const answer = await served(on, source, mayNot);
      expect(answer.errors?.map(({ path }) => path?.join('.'))).toEqual(
        isAsked ? ['user.email'] : undefined,
      );
      expect(textOf(answer)).toBe(textOf(await executed(on, source, mayNot)));
    },
  );
});

describe('a denied operation', () => {
  test.each([
    ['by a login that is missing', '{ secret }', nobody],
    ['by an expired token', '{ open secret }', expired],
    ['by a scope, deep inside', '{ user { id email } }', somebody],
    ['by an argument', '{ asked(n: 1) }', a],
    ['by an input field', '{ asked(in: { secret: 1 }) }', a],
  ])('%s never reaches the compiled code', async (_, source, context) => {
    const on = guardedStage();
    // Compiled for whoever may see it, so that there is something to reach.
    const all = { context: somebody({ scopes: ['a', 'b'] }) };
    expect(await isCompiled(on, source, all)).toBe(true);
    on.ran.length = 0;
    expect(await dataOf(on, source, { context: context() })).toBeNull();
    expect(on.ran).toEqual([]);
    const answer = await served(on, source, { context: context() });
    expect(answer.errors).toHaveLength(1);
    expect(textOf(answer)).toBe(textOf(await executed(on, source, { context: context() })));
  });

  test('under `reject` is refused whole', async () => {
    const on = guardedStage({ onUnauthorized: 'reject' });
    const source = '{ open secret }';
    expect(await isCompiled(on, source, { context: somebody() })).toBe(true);
    on.ran.length = 0;
    expect((await served(on, source)).data).toBeNull();
    expect(on.ran).toEqual([]);
  });

  test('in a dry run is executed by graphql-js, which logs it', async () => {
    const on = guardedStage({ dryRun: true });
    expect(await isCompiled(on, '{ secret }')).toBe(false);
    expect(await isCompiled(on, '{ secret }', { context: somebody() })).toBe(true);
  });
});

describe('what depends on the object', () => {
  const rows = (owners: string[], asked: string[][] = []) =>
    stage(
      `type Row { owner: String note: String @policy(policies: [["own"]]) }
       type Query { rows: [Row] @authenticated secret: String @requiresScopes(scopes: [["a"]]) }`,
      {
        Query: {
          rows: () => owners.map((owner) => ({ owner, note: `of ${owner}` })),
          secret: () => 's',
        },
      },
      {
        policies: {
          own: perObject<{ owner: string }>((items, viewer) => {
            asked.push(items.map(({ object }) => object.owner));
            return items.map(({ object }) => object.owner === viewer?.id);
          }),
        },
      },
    );
  const source = '{ rows { owner note } }';
  const asked = () => ({ context: somebody() });

  test('is asked while the compiled query runs: all rows in one call', async () => {
    const calls: string[][] = [];
    const on = rows(['u1', 'u1'], calls);
    expect(await warm(on, source, asked())).toEqual({
      rows: Array.from({ length: 2 }, () => ({ owner: 'u1', note: 'of u1' })),
    });
    expect(calls).toEqual([['u1', 'u1']]);
  });

  test('and where it denies one row that row is denied, by graphql-js', async () => {
    const on = rows(['u1', 'u2']);
    await warm(on, source, asked());
    for (let round = 0; round < 5; round += 1) {
      const answer = await served(on, source, asked());
      expect(textOf(answer)).toBe(textOf(await executed(on, source, asked())));
      expect(answer.errors?.map(({ path }) => path)).toEqual([['rows', 1, 'note']]);
    }
  });

  test('beside something that is denied before, nothing of the compiled query runs', async () => {
    const calls: string[][] = [];
    const on = rows(['u1'], calls);
    const both = '{ rows { note } secret }';
    expect(await isCompiled(on, both, asked())).toBe(false);
    expect(calls).toEqual([]);
    expect(await isCompiled(on, both, { context: a() })).toBe(true);
  });

  test('counts as denied under `reject`', async () => {
    const on = guardedStage({ onUnauthorized: 'reject' });
    const { data, errors } = await served(on, '{ user { owner } }', asked());
    expect([data, errors?.length, on.ran]).toEqual([null, 1, []]);
  });
});

describe('a policy about the request', () => {
  test('that answers later is waited for, each time', async () => {
    const on = guardedStage();
    expect(await warm(on, '{ later }', { context: somebody() })).toEqual({ later: 'later' });
    expect(await dataOf(on, '{ later }', { context: nobody() })).toBeNull();
  });
});

describe('one compiled document', () => {
  test('asks anew for each viewer: a role that was lost between two runs denies', async () => {
    const on = guardedStage();
    const source = '{ users { id email } }';
    expect(await isCompiled(on, source, { context: a() })).toBe(true);
    const stripped = contextOf({ kind: 'valid', viewer: viewerOf({ scopes: [] }) });
    expect(await dataOf(on, source, { context: stripped })).toBeNull();
    const revoked = contextOf({ kind: 'rejected', reason: 'TOKEN_REVOKED' });
    const { errors } = await served(on, source, { context: revoked });
    expect(errors?.map(({ extensions }) => extensions['reason'])).toEqual(['TOKEN_REVOKED']);
    expect(await dataOf(on, source, { context: a() })).not.toBeNull();
  });

  test('asks anew for each value of its variables', async () => {
    const on = guardedStage();
    const source = 'query($n: Int) { asked(n: $n) }';
    const asking = (variables: Record<string, unknown>) => ({ variables, context: a() });
    expect(await isCompiled(on, source, asking({}))).toBe(true);
    expect(await dataOf(on, source, asking({ n: 1 }))).toBeNull();
    expect(await dataOf(on, source, asking({ n: null }))).toBeNull();
    expect(await dataOf(on, source, asking({}))).toEqual({ asked: 'asked' });
  });
});

describe('resolvers of the twin', () => {
  const fieldsOf = (on: Stage, type: string) =>
    (on.schema.getType(type) as GraphQLObjectType).getFields();

  test('run without their guards, and with what graphql-js shows them', async () => {
    const seen: unknown[] = [];
    const on = stage(
      'type Query { f(a: Int = 3): [Item] @authenticated } type Item { g: String }',
      {
        Query: { f: () => [{}, {}] },
        Item: {
          g: (...given: Parameters<Resolver>) => {
            const [source, args, context, info] = given;
            seen.push([source, args, context, { ...info, schema: info.schema === on.schema }]);
            return 'g';
          },
        },
      },
    );
    const context = somebody();
    const source = 'query Q { f { x: g ...F } } fragment F on Item { x: g }';
    expect(await isCompiled(on, source, { context })).toBe(true);
    const [byTwin] = [seen.splice(0)];
    await executed(on, source, { context });
    expect(byTwin).toEqual(seen);
    expect(seen).toHaveLength(2);
  });

  test('that are attached later, to guarded and to open fields, are those that run', async () => {
    const on = guardedStage();
    const source = '{ open secret }';
    const asked = { context: somebody() };
    expect(await warm(on, source, asked)).toEqual({ open: 'open', secret: 'secret' });
    const { open, secret } = fieldsOf(on, 'Query');
    (open as { resolve: Resolver }).resolve = () => 'opened';
    (secret as { resolve: Resolver }).resolve = () => 'told';
    expect(await dataOf(on, source, asked)).toEqual({ open: 'opened', secret: 'told' });
    expect(await dataOf(on, source)).toBeNull();
    delete (open as { resolve?: Resolver }).resolve;
    expect(await dataOf(on, source, asked)).toEqual({ open: null, secret: 'told' });
  });

  test('that guard another field go on guarding it', async () => {
    const on = guardedStage();
    const { open, users } = fieldsOf(on, 'Query');
    (open as { resolve: unknown }).resolve = users?.resolve;
    await warm(on, '{ open }');
    const answer = await served(on, '{ open }');
    expect(textOf(answer)).toBe(textOf(await executed(on, '{ open }')));
  });

  test('that another tool has wrapped run in their wrappers', async () => {
    const on = guardedStage();
    const wrapped: string[] = [];
    for (const field of Object.values(fieldsOf(on, 'Query'))) {
      const inner = field.resolve as Resolver;
      field.resolve = (...given) => {
        wrapped.push(field.name);
        return inner(...given);
      };
    }
    expect(await warm(on, '{ secret users { id } }', { context: a() })).toEqual({
      secret: 'secret',
      users: [{ id: '1' }],
    });
    expect(wrapped).toEqual(['secret', 'users']);
  });
});
