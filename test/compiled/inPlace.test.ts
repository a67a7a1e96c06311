import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  parse,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { perObject, type Policies } from '../../src/directives/policies.js';
import { byObject, byViewer } from '../../src/directives/purePolicies.js';
import { ViewerJudge } from '../../src/directives/viewerJudge.js';
import type { ViewerContext } from '../../src/viewer.js';
import { build, contextOf, expired, guards, nobody, viewerOf } from '../directives/support.js';
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

type Resolver = GraphQLFieldResolver<unknown, ViewerContext>;
type Options = NonNullable<Parameters<typeof stage>[2]>;

const typeDefs = `
  type User {
    id: ID
    email: String @policy(policies: [["reads"], ["owns"]])
    told: String @policy(policies: [["reads"], ["owns"]])
    both: String @policy(policies: [["reads", "owns"]])
    twice: String @policy(policies: [["owns"]]) @requiresScopes(scopes: [["a"], ["read"]])
    asked: String @policy(policies: [["owns"], ["foreign"]])
    given(n: Int @policy(policies: [["owns"]])): String
  }
  type Account @policy(policies: [["owns"]]) { id: ID name: String }
  type Query {
    me: User
    later: User
    user(id: ID): User
    users: [User]
    account(id: ID): Account
    accounts: [Account]
    open: Int
  }
  type Mutation { rename: User }
`;

const pure: Policies = {
  reads: byViewer((viewer) => viewer !== null && viewer.scopes.has('read')),
  owns: byObject<{ id: string }>(({ id }, viewer) => viewer !== null && id === viewer.id),
};
const asked: Policies = {
  reads: (viewer) => viewer !== null && viewer.scopes.has('read'),
  owns: perObject<{ id: string }>((items, viewer) =>
    items.map(({ object }) => viewer !== null && object.id === viewer.id),
  ),
};

const personOf = (id: string) => ({
  id,
  name: id,
  email: `${id}@example.com`,
  asked: 'a',
  given: 'g',
});
const people = ['u1', 'u2', 'u1'].map(personOf);
const mine = (_: unknown, __: unknown, { viewer }: ViewerContext) => viewer && personOf(viewer.id);

function accounts(policies: Policies, options: Options = {}): Stage & { ran: string[] } {
  const ran: string[] = [];
  const note =
    (text: string): Resolver =>
    (source) => {
      const told = `${text} of ${(source as { id: string }).id}`;
      ran.push(told);
      return told;
    };
  const made = stage(
    typeDefs,
    {
      User: { told: note('told'), both: note('both'), twice: note('twice') },
      Query: {
        me: mine,
        later: (...given: Parameters<typeof mine>) => Promise.resolve(mine(...given)),
        user: (_: unknown, { id }: { id: string }) => personOf(id),
        users: () => people,
        account: (_: unknown, { id }: { id: string }) => personOf(id),
        accounts: () => people,
        open: () => 1,
      },
      Mutation: { rename: mine },
    },
    { policies: { foreign: () => false, ...policies }, ...options },
  );
  return { ...made, ran };
}

const as = (id: string, ...scopes: string[]): ViewerContext =>
  contextOf({ kind: 'valid', viewer: viewerOf({ id, scopes }) });

afterEach(() => {
  jest.restoreAllMocks();
});

/** Whether a run needed a judge. */
function judging() {
  const asking = jest.spyOn(ViewerJudge.prototype, 'settle');
  return () => asking.mock.calls.length > 0;
}

describe('a policy that looks at nothing but object and viewer', () => {
  test.each([
    ['{ me { id email told } }', as('u1')],
    ['{ later { id email told } }', as('u1')],
    ['{ user(id: "u1") { twice } }', as('u1', 'a')],
    ['{ users { id email } }', as('u9', 'read')],
    ['{ me { email } }', nobody()],
  ])('needs no judge in a compiled query: %s', async (source, context) => {
    const on = accounts(pure);
    const whole = await warm(on, source, { context });
    const isJudging = judging();
    expect(await dataOf(on, source, { context })).toEqual(whole);
    expect(whole).not.toBeNull();
    expect(isJudging()).toBe(false);
    expect(textOf({ data: whole })).toBe(textOf(await executed(on, source, { context })));
  });

  test('denies somebody else’s object, before its resolver runs, in the words of the guard', async () => {
    const on = accounts(pure);
    const source = 'query($id: ID) { user(id: $id) { id told } }';
    expect(await isCompiled(on, source, { context: as('u1'), variables: { id: 'u1' } })).toBe(true);
    on.ran.length = 0;
    const other = { context: as('u1'), variables: { id: 'u2' } };
    expect(await dataOf(on, source, other)).toBeNull();
    const answer = await served(on, source, other);
    expect(on.ran).toEqual([]);
    expect(answer.data).toEqual({ user: { id: 'u2', told: null } });
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions['reason']])).toEqual([
      [['user', 'told'], 'POLICY_DENIED'],
    ]);
    expect(textOf(answer)).toBe(textOf(await executed(on, source, other)));
  });

  test('denies the rows of others in a list, and those alone', async () => {
    const on = accounts(pure);
    const source = '{ users { id told } }';
    for (let time = 0; time < 5; time += 1) {
      on.ran.length = 0;
      const answer = await served(on, source, { context: as('u1') });
      expect(answer.errors?.map(({ path }) => path)).toEqual([['users', 1, 'told']]);
      expect(on.ran.filter((told) => told.endsWith('u2'))).toEqual([]);
      expect(textOf(answer)).toBe(textOf(await executed(on, source, { context: as('u1') })));
    }
  });

  test('tells two viewers apart who take turns on one document', async () => {
    const on = accounts(pure);
    const source = '{ user(id: "u1") { email } }';
    const allowed = { user: { email: 'u1@example.com' } };
    await warm(on, source, { context: as('u1') });
    const [owner, other] = [as('u1'), as('u2')];
    // One request of each: a run that is thrown away lets the next ones rest.
    for (let turn = 0; turn < 6; turn += 1) {
      const denied = await served(on, source, { context: other });
      expect([denied.data, denied.errors?.length]).toEqual([{ user: { email: null } }, 1]);
      expect((await served(on, source, { context: owner })).data).toEqual(allowed);
    }
  });

  test('sees what a new token of the same account holds, more or less', async () => {
    const on = accounts(pure);
    const source = '{ user(id: "u1") { email } }';
    const allowed = { user: { email: 'u1@example.com' } };
    expect(await warm(on, source, { context: as('u2', 'read') })).toEqual(allowed);
    expect(await dataOf(on, source, { context: as('u2') })).toBeNull();
    expect((await served(on, source, { context: as('u2') })).errors).toHaveLength(1);
    expect((await served(on, source, { context: as('u2', 'read') })).data).toEqual(allowed);
  });

  test('sees what was taken from a viewer in place', async () => {
    const on = accounts(pure);
    const source = '{ user(id: "u1") { email } }';
    const context = as('u2', 'read');
    expect(await warm(on, source, { context })).not.toBeNull();
    (context.viewer?.scopes as Set<string>).delete('read');
    expect(await dataOf(on, source, { context })).toBeNull();
  });

  test('is not asked for whoever had the context when the query began', async () => {
    const on = accounts(pure);
    const source = '{ later { email } }';
    const whole = { later: { email: 'u1@example.com' } };
    expect(await warm(on, source, { context: as('u1') })).toEqual(whole);
    const context = as('u1');
    const answer = dataOf(on, source, { context });
    Object.assign(context, as('u2'));
    expect(await answer).toBeNull();
  });

  test('and what throws in it denies', async () => {
    const on = accounts({
      reads: byViewer(() => {
        throw new Error('no');
      }),
      owns: byObject(() => {
        throw new Error('no');
      }),
    });
    for (let time = 0; time < 3; time += 1) {
      const { data, errors } = await served(on, '{ me { id email } }', { context: as('u1') });
      expect([data, errors?.length]).toEqual([{ me: { id: 'u1', email: null } }, 1]);
    }
  });
});

describe('a policy of an embedder', () => {
  test('is asked as often beside ours as without the compiled path', async () => {
    const count = { foreign: 0 };
    const on = accounts({
      ...pure,
      foreign: () => {
        count.foreign += 1;
        return false;
      },
    });
    const source = '{ users { email } me { asked email } }';
    await warm(on, source, { context: as('u1', 'read') });
    for (let request = 1; request <= 3; request += 1) {
      count.foreign = 0;
      expect(await dataOf(on, source, { context: as('u1', 'read') })).not.toBeNull();
      expect(count.foreign).toBe(1);
    }
  });

  test('over objects gets its batches, with the context of the request', async () => {
    const calls: unknown[] = [];
    const on = accounts({
      ...pure,
      owns: perObject<{ id: string }>((items, _viewer, context) => {
        calls.push([items.map(({ object }) => object.id), context]);
        return items.map(() => true);
      }),
    });
    const source = '{ users { email } }';
    await warm(on, source, { context: as('u1') });
    calls.length = 0;
    const context = as('u1');
    expect(await dataOf(on, source, { context })).not.toBeNull();
    expect(calls).toEqual([[['u1', 'u2', 'u1'], context]]);
    expect((calls[0] as unknown[])[1]).toBe(context);
  });
});

describe('a guard in a query that is left to objects', () => {
  const emailOf = (on: Stage) =>
    (on.schema.getType('User') as GraphQLObjectType).getFields()['email'] as { resolve: Resolver };

  test('stays around a resolver that is attached later', async () => {
    const on = accounts(pure);
    const source = 'query($id: ID) { user(id: $id) { email } }';
    const own = { context: as('u1'), variables: { id: 'u1' } };
    await warm(on, source, own);
    emailOf(on).resolve = (source) => `new of ${(source as { id: string }).id}`;
    expect(await dataOf(on, source, own)).toEqual({ user: { email: 'new of u1' } });
    expect(await dataOf(on, source, { ...own, variables: { id: 'u2' } })).toBeNull();
  });

  test('decides itself inside the wrapper of another tool', async () => {
    const on = accounts(pure);
    const { resolve } = emailOf(on);
    emailOf(on).resolve = (...given) => resolve(...given);
    const source = 'query($id: ID) { user(id: $id) { email } }';
    const answers = async (id: string) =>
      textOf(await served(on, source, { context: as('u1'), variables: { id } }));
    await warm(on, source, { context: as('u1'), variables: { id: 'u1' } });
    expect(await answers('u1')).toBe('{"data":{"user":{"email":"u1@example.com"}}}');
    expect(await answers('u2')).toContain('POLICY_DENIED');
  });
});

describe('a judgement that is left to objects', () => {
  test('names what would be denied if no object allowed it, as a judge does', async () => {
    const denialsOf = async (policies: Policies) => {
      const made = guards({ policies: { foreign: () => false, ...policies } });
      const schema = made.guard(build(typeDefs));
      const document = parse('{ users { id email } me { a: told both } }');
      const operation = document.definitions[0] as OperationDefinitionNode;
      return (await made.judge(schema, document, operation, {}, as('u1'))).denials;
    };
    const denials = await denialsOf(pure);
    expect(denials.map(({ path }) => path?.join('.'))).toEqual(['users.email', 'me.a', 'me.both']);
    expect(JSON.stringify(denials)).toBe(JSON.stringify(await denialsOf(asked)));
  });
});

const sources = [
  '{ me { id email told both twice } }',
  '{ users { email } open }',
  '{ users { id told both } }',
  '{ a: user(id: "u1") { twice } b: user(id: "u2") { email } }',
  '{ me { asked } }',
  '{ me { given } }',
  '{ me { given(n: 1) } }',
  '{ user(id: "u2") { given(n: 1) email } }',
  '{ account(id: "u1") { name } }',
  '{ account(id: "u2") { name } me { email } }',
  '{ accounts { id } }',
  '{ __typename me { email } }',
  '{ me { __typename email } }',
  '{ later { ...F } } fragment F on User { told }',
  '{ me { email @include(if: true) } }',
  'mutation { rename { email told } }',
  '{ __type(name: "User") { fields { name } } me { email } }',
];
const contexts: Record<string, () => ViewerContext> = {
  nobody,
  'somebody to be refreshed': () => contextOf({ kind: 'none', refreshable: true }),
  expired,
  'while the store is away': () => contextOf({ kind: 'unavailable', retryAfter: 1 }),
  owner: () => as('u1'),
  'owner with a scope': () => as('u1', 'a'),
  reader: () => as('u9', 'read'),
  'owner and reader': () => as('u2', 'read'),
};
const optionSets: [string, Options][] = [
  ['by default', {}],
  ['under `reject`', { onUnauthorized: 'reject' }],
  ['in a dry run', { dryRun: true }],
  ['with filterIntrospection', { filterIntrospection: true }],
  ['in `protect-all`', { mode: 'protect-all' }],
];

describe.each(optionSets)('%s', (_, options) => {
  test.each(sources)('a policy in place answers as one that is asked: %s', async (source) => {
    const [here, there] = [accounts(pure, options), accounts(asked, options)];
    for (let time = 0; time < 3; time += 1) {
      for (const [name, context] of Object.entries(contexts)) {
        const answer = textOf(await served(here, source, { context: context() }));
        const expected = textOf(await executed(there, source, { context: context() }));
        const isRefused = options.onUnauthorized === 'reject' || source.startsWith('mutation');
        const reference = isRefused
          ? textOf(await served(there, source, { context: context() }))
          : expected;
        expect([name, answer]).toEqual([name, reference]);
      }
    }
  });
});
