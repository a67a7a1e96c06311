import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';

const input = (email: string, password = PASSWORD) =>
  `input: { email: "${email}", password: "${password}" }`;
const change = (current: string, next: string) =>
  `changePassword(input: { currentPassword: "${current}", newPassword: "${next}" }) { accessToken refreshToken }`;

/** An administrator and Ann; whatever is run, and the one event that it leaves. */
async function house() {
  const it = await testAuth();
  const admin = await it.person('admin@example.com', ['admin']);
  const ann = await it.person('ann@example.com');
  return { it, admin, ann };
}
type House = Awaited<ReturnType<typeof house>>;

const rows: [event: string, by: 'admin' | 'ann' | null, (house: House) => string, object][] = [
  ['login', null, () => `login(${input('ann@example.com')}) { tokenType }`, {}],
  [
    'login_failed',
    null,
    () => `login(${input('ann@example.com', 'wrong')}) { tokenType }`,
    { actorId: null, sessionId: null },
  ],
  [
    'login_failed',
    'ann',
    () => change('wrong', 'another good one'),
    { actorId: null, sessionId: expect.any(String) },
  ],
  [
    'refresh',
    null,
    ({ ann }) => `refreshToken(input: { refreshToken: "${ann.refreshToken}" }) { tokenType }`,
    { details: { outcome: 'rotated', generation: 1 } },
  ],
  ['logout', 'ann', () => 'logout { revokedSessions }', {}],
  [
    'logout',
    'ann',
    () => 'logout(input: { allSessions: true }) { revokedSessions }',
    { details: { allSessions: true } },
  ],
  ['session_revoked', 'ann', ({ ann }) => `revokeSession(id: "${ann.session.id}") { id }`, {}],
  ['password_changed', 'ann', () => change(PASSWORD, 'another good one'), {}],
  [
    'user_roles_set',
    'admin',
    ({ ann }) => `setUserRoles(userId: "${ann.user.id}", roles: ["admin", "admin"]) { id }`,
    { details: { roles: ['admin'] } },
  ],
  ['user_disabled', 'admin', ({ ann }) => `disableUser(userId: "${ann.user.id}") { id }`, {}],
  ['user_enabled', 'admin', ({ ann }) => `enableUser(userId: "${ann.user.id}") { id }`, {}],
  ['sessions_revoked', 'admin', ({ ann }) => `revokeUserSessions(userId: "${ann.user.id}")`, {}],
  [
    'role_set',
    'admin',
    () => 'upsertRole(input: { name: "reader", scopes: ["b", "a", "b"] }) { name }',
    { userId: null, details: { name: 'reader', scopes: ['a', 'b'] } },
  ],
];

describe('the audit trail', () => {
  test.each(rows)(
    '%s, by %s, in one transaction with what it records',
    async (event, by, source, more) => {
      const all = await house();
      const { it, ann } = all;
      const before = await it.store.auditEvents({ limit: 100 });
      it.statements.length = 0;
      await it.run(`mutation { ${source(all)} }`, { token: by && all[by].accessToken });
      expect(it.statements.filter((sql) => /^COMMIT/i.test(sql))).toHaveLength(1);
      const events = await it.store.auditEvents({ limit: 100 });
      expect(events).toHaveLength(before.length + 1);
      expect(events[0]).toMatchObject({
        event,
        actorId: all[by ?? 'ann'].user.id,
        userId: ann.user.id,
        ipAddress: '192.0.2.1',
        userAgent: 'test',
        ...more,
      });
    },
  );

  test('a sign-up leaves two: the account and the login', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const common = { actorId: ann.user.id, userId: ann.user.id, ipAddress: '192.0.2.1' };
    expect(await it.store.auditEvents({ limit: 9 })).toMatchObject([
      { event: 'login', ...common, sessionId: ann.session.id },
      { event: 'signup', ...common },
    ]);
  });

  test('what was refused leaves none', async () => {
    const { it, ann } = await house();
    const before = await it.store.auditEvents({ limit: 100 });
    for (const source of [
      `setUserRoles(userId: "${ann.user.id}", roles: ["admin"]) { id }`,
      `revokeSession(id: "unknown") { id }`,
      'revokeOtherSessions',
      `signup(${input('ann@example.com')}) { tokenType }`,
      change(PASSWORD, 'short'),
    ]) {
      await it.run(`mutation { ${source} }`, { token: ann.accessToken });
    }
    expect(await it.store.auditEvents({ limit: 100 })).toEqual(before);
  });

  test('holds no secret', async () => {
    const { it, admin, ann } = await house();
    const tokens = [ann.accessToken, ann.refreshToken];
    for (const [, by, source] of rows) {
      const { data } = await it.run(`mutation { ${source({ it, admin, ann })} }`, {
        token: by && { admin, ann }[by].accessToken,
      });
      tokens.push(...Object.values(data?.changePassword ?? {}).map(String));
    }
    const trail = JSON.stringify(await it.store.auditEvents({ limit: 1000 }));
    const hash = String((await it.store.userByEmail('ann@example.com'))?.passwordHash);
    for (const secret of [...tokens, PASSWORD, 'another good one', 'wrong', hash]) {
      expect(trail).not.toContain(secret);
    }
  });
});

test('a replayed refresh token leaves its cause', async () => {
  const { it, ann } = await house();
  const refresh = () =>
    it.run(
      `mutation { refreshToken(input: { refreshToken: "${ann.refreshToken}" }) { accessToken } }`,
    );
  const { data } = await refresh();
  await it.run('{ me { id } }', { token: data.refreshToken.accessToken });
  it.clock.advance(60);
  expect(codeOf(await refresh())).toBe('REFRESH_TOKEN_REUSED');
  const [event] = await it.store.auditEvents({ limit: 1 });
  expect(event).toMatchObject({
    event: 'refresh_reused',
    sessionId: ann.session.id,
    details: { cause: 'successor_used', presented: 0, generation: 1, sameAddress: true },
  });
});
