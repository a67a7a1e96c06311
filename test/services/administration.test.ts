import { describe, expect, test } from '@jest/globals';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

const nobody = { viewer: null };

/** An administrator, a manager who may write users and sessions, and Ann who may nothing. */
async function house(it: TestAuth) {
  const { roles } = it.auth.services;
  await roles.upsert(nobody, {
    name: 'manager',
    scopes: ['users:read', 'users:write', 'sessions:write', 'roles:write'],
  });
  await roles.upsert(nobody, { name: 'editor', scopes: ['articles:write'] });
  return {
    admin: await it.person('admin@example.com', ['admin']),
    manager: await it.person('manager@example.com', ['manager']),
    ann: await it.person('ann@example.com'),
  };
}

const SET_ROLES = `mutation($id: ID!, $roles: [String!]!) {
  setUserRoles(userId: $id, roles: $roles) { roles scopes } }`;
const UPSERT = `mutation($input: UpsertRoleInput!) { upsertRole(input: $input) { name description scopes } }`;

describe('setUserRoles', () => {
  test('takes effect on the next request', async () => {
    const it = await testAuth();
    const { admin, ann } = await house(it);
    const variables = { id: ann.user.id, roles: ['editor'] };
    const set = await it.run(SET_ROLES, { token: admin.accessToken, variables });
    expect(set.data.setUserRoles).toEqual({ roles: ['editor'], scopes: ['articles:write'] });
    const next = await it.run('{ session { id } }', { token: ann.accessToken });
    expect(codeOf(next)).toBe('UNAUTHENTICATED TOKEN_STALE');
  });

  test('nobody grants or takes a role that they do not hold, and the error names what is missing', async () => {
    const it = await testAuth();
    const { admin, manager, ann } = await house(it);
    for (const [user, roles, missing] of [
      [ann, ['editor'], ['editor']],
      [ann, ['admin'], ['admin']],
      [manager, ['manager', 'admin'], ['admin']],
      [admin, [], ['admin']],
    ] as const) {
      const result = await it.run(SET_ROLES, {
        token: manager.accessToken,
        variables: { id: user.user.id, roles },
      });
      expect(codeOf(result)).toBe('FORBIDDEN MISSING_ROLE');
      const coordinate = 'Mutation.setUserRoles';
      expect(result.errors?.[0]?.extensions).toMatchObject({ missing, coordinate });
    }
    const own = { id: ann.user.id, roles: ['manager'] };
    const allowed = await it.run(SET_ROLES, { token: manager.accessToken, variables: own });
    expect(allowed.data.setUserRoles.roles).toEqual(['manager']);
  });

  test('the last enabled administrator keeps the role, also against two requests at once', async () => {
    const it = await testAuth();
    const { admin } = await house(it);
    const second = await it.person('second@example.com', ['admin']);
    const results = await Promise.all(
      [admin, second].map(({ user }) =>
        it.run(SET_ROLES, { token: admin.accessToken, variables: { id: user.id, roles: [] } }),
      ),
    );
    expect(results.map(codeOf).sort()).toEqual(['', 'BAD_USER_INPUT']);
  });

  test('an unknown role and an unknown user are told apart', async () => {
    const it = await testAuth();
    const { admin, ann } = await house(it);
    const token = admin.accessToken;
    const unknownRole = { id: ann.user.id, roles: ['wizard'] };
    expect(codeOf(await it.run(SET_ROLES, { token, variables: unknownRole }))).toBe(
      'BAD_USER_INPUT',
    );
    const unknownUser = { id: 'nobody', roles: [] };
    expect(codeOf(await it.run(SET_ROLES, { token, variables: unknownUser }))).toBe('NOT_FOUND');
  });
});

describe('upsertRole', () => {
  test('nobody puts in or takes out a scope that they do not hold', async () => {
    const it = await testAuth();
    const { manager } = await house(it);
    const token = manager.accessToken;
    const put = { input: { name: 'new', scopes: ['articles:write'] } };
    const take = { input: { name: 'editor', scopes: [] } };
    for (const variables of [put, take]) {
      const result = await it.run(UPSERT, { token, variables });
      expect(codeOf(result)).toBe('FORBIDDEN INSUFFICIENT_SCOPE');
      expect(result.errors?.[0]?.extensions['missing']).toEqual(['articles:write']);
    }
    const own = { input: { name: 'helper', description: 'Helps', scopes: ['users:read'] } };
    expect((await it.run(UPSERT, { token, variables: own })).data.upsertRole).toEqual(own.input);
  });

  test('a description that no store could give back as it came is refused', async () => {
    const it = await testAuth();
    const { admin } = await house(it);
    for (const description of ['a\ud800b', 'a\0b']) {
      const variables = { input: { name: 'helper', description, scopes: [] } };
      const { errors } = await it.run(UPSERT, { token: admin.accessToken, variables });
      const extensions = { code: 'BAD_USER_INPUT', field: 'input.description' };
      expect(errors?.[0]?.extensions).toEqual(extensions);
    }
    const variables = { input: { name: 'helper', description: 'Hülfe 🎉', scopes: [] } };
    const { data } = await it.run(UPSERT, { token: admin.accessToken, variables });
    expect(data.upsertRole.description).toBe('Hülfe 🎉');
  });

  test('a description that is left out stays as it is', async () => {
    const it = await testAuth();
    const { admin } = await house(it);
    const token = admin.accessToken;
    const first = { name: 'helper', description: 'Helps', scopes: [] as string[] };
    await it.run(UPSERT, { token, variables: { input: first } });
    const again = { input: { name: 'helper', scopes: ['a'] } };
    // The role table has changed, so that the administrator's own token is stale too.
    expect(codeOf(await it.run(UPSERT, { token, variables: again }))).toBe(
      'UNAUTHENTICATED TOKEN_STALE',
    );
    const renewed = await it.auth.services.refresh(admin.refreshToken, {
      address: null,
      userAgent: null,
    });
    if (!renewed.ok) throw new Error(renewed.code);
    const fresh = renewed.value.tokens.accessToken;
    const { data } = await it.run(UPSERT, { token: fresh, variables: again });
    expect(data.upsertRole).toEqual({ name: 'helper', description: 'Helps', scopes: ['a'] });
  });

  test('admin cannot be changed, and bad names and scopes are refused with the field', async () => {
    const it = await testAuth();
    const { admin } = await house(it);
    for (const [input, field] of [
      [{ name: 'admin', scopes: [] }, 'input.name'],
      [{ name: 'no blanks', scopes: [] }, 'input.name'],
      [{ name: '', scopes: [] }, 'input.name'],
      [{ name: 'x', scopes: ['ok', 'with blank'] }, 'input.scopes.1'],
      [{ name: 'x', scopes: [''] }, 'input.scopes.0'],
    ] as const) {
      const result = await it.run(UPSERT, { token: admin.accessToken, variables: { input } });
      expect(codeOf(result)).toBe('BAD_USER_INPUT');
      expect(result.errors?.[0]?.extensions['field']).toBe(field);
    }
  });

  test('admin holds every scope of the schema and of any role', async () => {
    const it = await testAuth();
    const { admin } = await house(it);
    const { data } = await it.run('{ me { scopes } roles { name scopes } }', {
      token: admin.accessToken,
    });
    const all = [
      'articles:write',
      'keys:write',
      'roles:write',
      'sessions:write',
      'users:read',
      'users:write',
    ];
    expect(data.me.scopes).toEqual(all);
    expect(data.roles.map((role: any) => role.name)).toEqual(['admin', 'editor', 'manager']);
    expect(data.roles[0].scopes).toEqual(all);
  });

  test('what a role carries changes for its holders on the next request', async () => {
    const it = await testAuth();
    const { admin, manager } = await house(it);
    const variables = { input: { name: 'manager', scopes: ['users:read'] } };
    await it.run(UPSERT, { token: admin.accessToken, variables });
    const next = await it.run('{ session { id } }', { token: manager.accessToken });
    expect(codeOf(next)).toBe('UNAUTHENTICATED TOKEN_STALE');
  });
});

describe('disableUser', () => {
  const DISABLE = 'mutation($id: ID!) { disableUser(userId: $id) { id disabledAt } }';
  const ENABLE = 'mutation($id: ID!) { enableUser(userId: $id) { id disabledAt } }';

  test('refuses the next request, the refresh and the login; enabling revives no session', async () => {
    const it = await testAuth();
    const { admin, ann } = await house(it);
    const token = admin.accessToken;
    const variables = { id: ann.user.id };
    const disabled = await it.run(DISABLE, { token, variables });
    expect(disabled.data.disableUser.disabledAt).toBe(new Date(it.clock.now()).toISOString());
    const session = () => it.run('{ session { id } }', { token: ann.accessToken });
    expect(codeOf(await session())).toBe('UNAUTHENTICATED USER_DISABLED');
    const login = (password: string) =>
      it.run(
        'mutation($password: String!) { login(input: { email: "ann@example.com", password: $password }) { user { id } } }',
        { variables: { password } },
      );
    expect(codeOf(await login('correct horse battery'))).toBe('ACCOUNT_DISABLED');
    expect(codeOf(await login('wrong'))).toBe('INVALID_CREDENTIALS');
    await it.run(ENABLE, { token, variables });
    expect(codeOf(await session())).toBe('UNAUTHENTICATED TOKEN_REVOKED');
    expect((await login('correct horse battery')).errors).toBeUndefined();
  });

  test('a user who holds more than the caller is out of reach', async () => {
    const it = await testAuth();
    const { admin, manager } = await house(it);
    const variables = { id: admin.user.id };
    const revoke = 'mutation($id: ID!) { revokeUserSessions(userId: $id) }';
    for (const source of [DISABLE, revoke]) {
      const result = await it.run(source, { token: manager.accessToken, variables });
      expect(codeOf(result)).toBe('FORBIDDEN MISSING_ROLE');
    }
    expect((await it.run('{ me { id } }', { token: admin.accessToken })).errors).toBeUndefined();
  });

  test('the last enabled administrator cannot be disabled', async () => {
    const it = await testAuth();
    const { admin } = await house(it);
    const variables = { id: admin.user.id };
    const result = await it.run(DISABLE, { token: admin.accessToken, variables });
    expect(codeOf(result)).toBe('BAD_USER_INPUT');
  });

  test('revokeUserSessions ends all sessions of a user at once', async () => {
    const it = await testAuth();
    const { manager, ann } = await house(it);
    const result = await it.run('mutation($id: ID!) { revokeUserSessions(userId: $id) }', {
      token: manager.accessToken,
      variables: { id: ann.user.id },
    });
    expect(result.data).toEqual({ revokeUserSessions: 1 });
    const next = await it.run('{ session { id } }', { token: ann.accessToken });
    expect(codeOf(next)).toBe('UNAUTHENTICATED TOKEN_REVOKED');
  });
});
