import { describe, expect, test } from '@jest/globals';
import { codeOf, testAuth, type TestAuth } from '../support/auth.js';

const nobody = { viewer: null };
const read = async (it: TestAuth, token: string) =>
  codeOf(await it.run('{ session { id } }', { token }));

describe('nobody climbs', () => {
  /** Who holds `lead` may write users, sessions and roles; `boss` has one scope more. */
  async function house() {
    const it = await testAuth();
    const { roles } = it.auth.services;
    const own = ['users:read', 'users:write', 'sessions:write', 'roles:write'];
    await roles.upsert(nobody, { name: 'lead', scopes: own });
    await roles.upsert(nobody, { name: 'boss', scopes: [...own, 'money:move'] });
    const boss = await it.person('boss@example.com', ['boss']);
    const lead = await it.person('lead@example.com', ['lead']);
    const mutate = (source: string) =>
      it.run(`mutation { ${source} }`, { token: lead.accessToken });
    return { it, boss, lead, mutate };
  }

  test.each<[string, (ids: { boss: string; lead: string }) => string]>([
    [
      'a role he does not hold for himself',
      ({ lead }) => `setUserRoles(userId: "${lead}", roles: ["lead", "boss"]) { id }`,
    ],
    [
      'admin for himself',
      ({ lead }) => `setUserRoles(userId: "${lead}", roles: ["lead", "admin"]) { id }`,
    ],
    [
      'a scope he does not hold into his own role',
      () => 'upsertRole(input: { name: "lead", scopes: ["money:move"] }) { name }',
    ],
    [
      'a scope he does not hold into a new role',
      () => 'upsertRole(input: { name: "mine", scopes: ["money:move"] }) { name }',
    ],
    [
      'a scope out of a role above him',
      () => 'upsertRole(input: { name: "boss", scopes: [] }) { name }',
    ],
    ['the boss’s role away', ({ boss }) => `setUserRoles(userId: "${boss}", roles: []) { id }`],
    ['the boss’s sessions away', ({ boss }) => `revokeUserSessions(userId: "${boss}")`],
    ['the boss’s account away', ({ boss }) => `disableUser(userId: "${boss}") { id }`],
  ])('%s', async (_, source) => {
    const { it, boss, lead, mutate } = await house();
    const result = await mutate(source({ boss: boss.user.id, lead: lead.user.id }));
    expect(codeOf(result)).toMatch(/^FORBIDDEN (MISSING_ROLE|INSUFFICIENT_SCOPE)$/);
    expect(result.errors?.[0]?.extensions['missing']).not.toHaveLength(0);
    expect([await read(it, boss.accessToken), await read(it, lead.accessToken)]).toEqual(['', '']);
  });

  test('a role made by himself is not his to give, an empty one neither', async () => {
    const { it, lead, mutate } = await house();
    await mutate('upsertRole(input: { name: "mine", scopes: [] }) { name }');
    const origin = { address: null, userAgent: null };
    const renewed = await it.auth.services.refresh(lead.refreshToken, origin);
    if (!renewed.ok) throw new Error(renewed.code);
    const result = await it.run(
      `mutation { setUserRoles(userId: "${lead.user.id}", roles: ["lead", "mine"]) { id } }`,
      { token: renewed.value.tokens.accessToken },
    );
    expect(codeOf(result)).toBe('FORBIDDEN MISSING_ROLE');
  });

  test('somebody disabled who holds more is not brought back by him', async () => {
    const { it, boss, mutate } = await house();
    await it.auth.services.administration.disableUser(nobody, boss.user.id);
    const result = await mutate(`enableUser(userId: "${boss.user.id}") { id }`);
    expect(codeOf(result)).toBe('FORBIDDEN MISSING_ROLE');
  });

  test.each([
    '\u0430dmin',
    'admin\u200b',
    'admin ',
    'admin\0',
    '\uff41dmin',
    '__proto__',
    'a'.repeat(65),
  ])('the look-alike %j is no name for a role', async (name) => {
    const it = await testAuth();
    const outcome = await it.auth.services.roles.upsert(nobody, { name, scopes: [] });
    expect(outcome).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'input.name' } });
  });
});

describe('an id of something else', () => {
  test.each<[string, (ids: Record<'user' | 'session' | 'token', string>) => string[]]>([
    ['as a session', ({ user, token }) => [user, token, '', '\0', 'x'.repeat(1_000_000), '%']],
    ['as a user', ({ session, token }) => [session, token, '', '\0', 'x'.repeat(1_000_000), '%']],
  ])('%s is NOT_FOUND', async (kind, ids) => {
    const it = await testAuth();
    const admin = await it.person('admin@example.com', ['admin']);
    const all = { user: admin.user.id, session: admin.session.id, token: admin.accessToken };
    const fields =
      kind === 'as a session'
        ? ['revokeSession(id: $id) { id }']
        : [
            'setUserRoles(userId: $id, roles: []) { id }',
            'disableUser(userId: $id) { id }',
            'enableUser(userId: $id) { id }',
            'revokeUserSessions(userId: $id)',
          ];
    for (const id of [...ids(all), `${all.user}\0`, `${all.session}\0`]) {
      for (const field of fields) {
        const result = await it.run(`mutation($id: ID!) { ${field} }`, {
          token: admin.accessToken,
          variables: { id },
        });
        expect(codeOf(result)).toBe('NOT_FOUND');
        expect(JSON.stringify(result).length).toBeLessThan(500);
      }
    }
    expect(await read(it, admin.accessToken)).toBe('');
  });
});
