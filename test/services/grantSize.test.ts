import { describe, expect, test } from '@jest/globals';
import { MAX_ISSUED_LENGTH } from '../../src/tokens/compact.js';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

const nobody = { viewer: null };
const scope = (index: number) => `${String(index).padStart(3, '0')}:${'s'.repeat(35)}`;

/** As many roles with scopes as there is room for. Answers the first refusal. */
async function fill(it: TestAuth) {
  for (let index = 0; index < 1000; index++) {
    const role = { name: `role${index}`, scopes: [scope(index)] };
    const outcome = await it.auth.services.roles.upsert(nobody, role);
    if (!outcome.ok) return { refusal: outcome, count: index };
  }
  throw new Error('there was room for a thousand scopes');
}

describe('what a token cannot carry is not granted', () => {
  test('a scope too many is refused, and the administrator still logs in and reads', async () => {
    const it = await testAuth();
    const { refusal, count } = await fill(it);
    expect(count).toBeGreaterThan(90);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.scopes' } });
    const admin = await it.person('admin@example.com', ['admin']);
    expect(admin.accessToken.length).toBeLessThanOrEqual(MAX_ISSUED_LENGTH);
    const { data } = await it.run('{ me { scopes } }', { token: admin.accessToken });
    expect(data.me.scopes).toContain(scope(count - 1));
  });

  test('at the limit scopes can be taken out and moved', async () => {
    const it = await testAuth();
    const { count } = await fill(it);
    const { roles } = it.auth.services;
    expect(await roles.upsert(nobody, { name: 'role0', scopes: [] })).toMatchObject({ ok: true });
    const moved = { name: 'other', scopes: [scope(0), scope(1)] };
    expect(await roles.upsert(nobody, moved)).toMatchObject({ ok: true });
    const more = { name: 'more', scopes: [scope(count), scope(count + 1)] };
    expect(await roles.upsert(nobody, more)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('nobody gets more roles than fit, beside all scopes there are', async () => {
    const it = await testAuth();
    await fill(it);
    const names = Array.from({ length: 70 }, (_, index) => `role${index}`);
    const created = await it.auth.services.users.create(
      { email: 'ann@example.com', password: 'correct horse battery', roles: names },
      { event: 'user_created' },
    );
    expect(created.ok).toBe(true);
    const admin = await it.person('admin@example.com', ['admin', ...names]);
    expect((await it.run('{ me { id } }', { token: admin.accessToken })).errors).toBeUndefined();
    const result = await it.run(
      'mutation($id: ID!, $roles: [String!]!) { setUserRoles(userId: $id, roles: $roles) { id } }',
      {
        token: admin.accessToken,
        variables: { id: admin.user.id, roles: Array.from({ length: 9999 }, (_, i) => `role${i}`) },
      },
    );
    expect(codeOf(result)).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(result).length).toBeLessThan(1000);
  });

  test('a schema that names too many scopes does not start', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `["${scope(index)}"]`);
    const typeDefs = `extend type Query { x: Int @requiresScopes(scopes: [${names.join(', ')}]) }`;
    await expect(testAuth({}, { typeDefs })).rejects.toThrow(/at most 4000 characters.*shorter/s);
  });
});

describe('an administrator', () => {
  test('holds a scope that a newer schema names, with the token that he has', async () => {
    const before = await testAuth();
    const { accessToken: token } = await before.person('admin@example.com', ['admin']);
    const ann = await before.person('ann@example.com');
    const typeDefs = 'extend type Query { x: Int @requiresScopes(scopes: [["new:thing"]]) }';
    const it = await testAuth({}, { before, typeDefs });
    expect((await it.run('{ x }', { token })).errors).toBeUndefined();
    expect(codeOf(await it.run('{ x }', { token: ann.accessToken }))).toBe(
      'FORBIDDEN INSUFFICIENT_SCOPE',
    );
  });
});
