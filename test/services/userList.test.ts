import { describe, expect, test } from '@jest/globals';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

async function crowd(it: TestAuth, count: number) {
  for (let index = 0; index < count; index++) {
    it.clock.advance(1);
    await it.store.createUser(
      {
        id: `user-${index}`,
        email: `person${index}@example.com`,
        passwordHash: null,
        createdAt: it.clock.now(),
        roles: [],
      },
      { event: 'user_created', actorId: null },
    );
  }
  it.clock.advance(1);
  return (await it.person('admin@example.com', ['admin'])).accessToken;
}

const PAGE = `query($first: Int, $after: String, $last: Int, $before: String, $search: String) {
  users(first: $first, after: $after, last: $last, before: $before, search: $search) {
    nodes { email } edges { cursor node { email } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

describe('users', () => {
  test('a page is 20 unless asked, and walking forward meets each user once, whoever signs up meanwhile', async () => {
    const it = await testAuth();
    const token = await crowd(it, 45);
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { data } = await it.run(PAGE, { token, variables: { after } });
      const { nodes, pageInfo, totalCount } = data.users;
      seen.push(...nodes.map(({ email }: any) => email));
      if (after === null) {
        expect(nodes).toHaveLength(20);
        expect(totalCount).toBe(46);
        it.clock.advance(1);
        await it.person('late@example.com');
      }
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(47);
    expect(seen.at(-1)).toBe('late@example.com');
  });

  test('a cursor leads on from whatever an import may bring: long ids, and times before 1970', async () => {
    const it = await testAuth();
    const ids = ['x'.repeat(255), 'a.b:c'];
    for (const [index, id] of ids.entries()) {
      await it.store.createUser(
        {
          id,
          email: `old${index}@example.com`,
          passwordHash: null,
          createdAt: -2_208_988_800_000 + index,
          roles: [],
        },
        { event: 'user_created', actorId: null },
      );
    }
    const token = await crowd(it, 0);
    const seen: string[] = [];
    for (let after: string | null = null; seen.length < 3;) {
      const { data, errors } = await it.run(PAGE, { token, variables: { first: 1, after } });
      expect(errors).toBeUndefined();
      seen.push(data.users.nodes[0].email);
      after = data.users.pageInfo.endCursor;
    }
    expect(seen).toEqual(['old0@example.com', 'old1@example.com', 'admin@example.com']);
  });

  test('last and before walk backward', async () => {
    const it = await testAuth();
    const token = await crowd(it, 5);
    const end = (await it.run(PAGE, { token, variables: { last: 2 } })).data.users;
    expect(end.nodes.map(({ email }: any) => email)).toEqual([
      'person4@example.com',
      'admin@example.com',
    ]);
    expect(end.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
    const before = end.pageInfo.startCursor;
    const middle = (await it.run(PAGE, { token, variables: { last: 2, before } })).data.users;
    expect(middle.nodes.map(({ email }: any) => email)).toEqual([
      'person2@example.com',
      'person3@example.com',
    ]);
  });

  test('search finds a part of the email in any case, and takes % and _ as they are', async () => {
    const it = await testAuth();
    const token = await crowd(it, 12);
    const found = async (search: string) =>
      (await it.run(PAGE, { token, variables: { search } })).data.users.totalCount;
    expect(await found('PERSON1')).toBe(3);
    expect(await found('%')).toBe(0);
    expect(await found('_')).toBe(0);
    expect(await found('')).toBe(13);
  });

  test.each([
    [{ first: 101 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ last: 101 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: 'nonsense' }, 'after'],
    [{ before: '' }, 'before'],
  ])('%j is BAD_USER_INPUT and names the argument', async (variables, field) => {
    const it = await testAuth();
    const token = await crowd(it, 0);
    const result = await it.run(PAGE, { token, variables });
    expect(codeOf(result)).toBe('BAD_USER_INPUT');
    expect(result.errors?.[0]?.extensions['field']).toBe(field);
  });

  test('a hundred users with roles, sessions and their users cost a constant number of statements', async () => {
    const it = await testAuth();
    const token = await crowd(it, 99);
    const origin = { address: null, userAgent: null };
    for (let index = 0; index < 99; index++) {
      await it.store.openSession(
        {
          id: `session-${index}`,
          userId: `user-${index}`,
          expectedPasswordHash: null,
          expiresAt: it.clock.now() + 1e9,
          origin,
          network: null,
          maxSessions: 100,
        },
        { event: 'login', actorId: null },
      );
    }
    const source = (first: number) =>
      `{ users(first: ${first}) { nodes { roles scopes sessions { user { email } } } } }`;
    const cost = async (first: number) => {
      it.statements.length = 0;
      const { data } = await it.run(source(first), { token });
      expect(data.users.nodes).toHaveLength(first);
      expect(data.users.nodes.at(-1).sessions[0].user.email).toMatch(/@/);
      return it.statements.filter((sql) => sql !== 'PRAGMA data_version').length;
    };
    // What was read before may be in memory.
    const few = await cost(2);
    expect(await cost(100)).toBeLessThanOrEqual(few);
    expect(few).toBeLessThanOrEqual(8);
  });
});
