import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';

const LOGIN = `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { accessToken refreshToken session { id } } }`;

/** Ann on two devices, and an administrator. */
async function house() {
  const it = await testAuth();
  const admin = await it.person('admin@example.com', ['admin']);
  const ann = await it.person('ann@example.com');
  const other = (await it.run(LOGIN)).data.login;
  return { it, admin, ann, other };
}

type House = Awaited<ReturnType<typeof house>>;

const rows: [
  name: string,
  by: 'ann' | 'admin',
  (house: House) => string,
  own: string,
  other: string,
][] = [
  ['logout', 'ann', () => 'logout { revokedSessions }', 'TOKEN_REVOKED', ''],
  [
    'logout of another device',
    'ann',
    ({ other }) => `logout(input: { refreshToken: "${other.refreshToken}" }) { revokedSessions }`,
    '',
    'TOKEN_REVOKED',
  ],
  [
    'logout of all sessions',
    'ann',
    () => 'logout(input: { allSessions: true }) { revokedSessions }',
    'TOKEN_REVOKED',
    'TOKEN_REVOKED',
  ],
  [
    'revokeSession',
    'ann',
    ({ other }) => `revokeSession(id: "${other.session.id}") { id }`,
    '',
    'TOKEN_REVOKED',
  ],
  [
    'revokeSession of the present one',
    'ann',
    ({ ann }) => `revokeSession(id: "${ann.session.id}") { id }`,
    'TOKEN_REVOKED',
    '',
  ],
  ['revokeOtherSessions', 'ann', () => 'revokeOtherSessions', '', 'TOKEN_REVOKED'],
  [
    'changePassword',
    'ann',
    () =>
      `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another good one" }) { tokenType }`,
    'TOKEN_REVOKED',
    'TOKEN_REVOKED',
  ],
  [
    'disableUser',
    'admin',
    ({ ann }) => `disableUser(userId: "${ann.user.id}") { id }`,
    'USER_DISABLED',
    'USER_DISABLED',
  ],
  [
    'disableUser and enableUser',
    'admin',
    ({ ann }) =>
      `disableUser(userId: "${ann.user.id}") { id } enableUser(userId: "${ann.user.id}") { id }`,
    'TOKEN_REVOKED',
    'TOKEN_REVOKED',
  ],
  [
    'revokeUserSessions',
    'admin',
    ({ ann }) => `revokeUserSessions(userId: "${ann.user.id}")`,
    'TOKEN_REVOKED',
    'TOKEN_REVOKED',
  ],
  [
    'setUserRoles',
    'admin',
    ({ ann }) => `setUserRoles(userId: "${ann.user.id}", roles: ["admin"]) { id }`,
    'TOKEN_STALE',
    'TOKEN_STALE',
  ],
  [
    'upsertRole',
    'admin',
    () => 'upsertRole(input: { name: "reader", scopes: ["users:read"] }) { name }',
    'TOKEN_STALE',
    'TOKEN_STALE',
  ],
];

describe('on the very next request', () => {
  test.each(rows)('after %s', async (_, by, source, own, other) => {
    const all = await house();
    const { it, ann } = all;
    const read = async (token: string) => codeOf(await it.run('{ session { id } }', { token }));
    // Both tokens have been accepted, so that they are remembered.
    expect([await read(ann.accessToken), await read(all.other.accessToken)]).toEqual(['', '']);
    const done = await it.run(`mutation { ${source(all)} }`, { token: all[by].accessToken });
    expect(done.errors).toBeUndefined();
    const reason = (code: string) => (code === '' ? '' : `UNAUTHENTICATED ${code}`);
    expect(await read(ann.accessToken)).toBe(reason(own));
    expect(await read(all.other.accessToken)).toBe(reason(other));
  });
});

describe('me says why a token was refused, and whether refreshing helps', () => {
  const refused: [string, boolean, (house: House) => Promise<string> | string][] = [
    ['TOKEN_MALFORMED', false, () => 'not a token'],
    ['TOKEN_INVALID', false, ({ ann }) => ann.refreshToken],
    [
      'TOKEN_EXPIRED',
      true,
      ({ it, ann }) => {
        it.clock.advance(301);
        return ann.accessToken;
      },
    ],
    [
      'TOKEN_REVOKED',
      false,
      async ({ it, ann }) => {
        await it.run('mutation { logout { revokedSessions } }', { token: ann.accessToken });
        return ann.accessToken;
      },
    ],
    [
      'TOKEN_STALE',
      true,
      async ({ it, ann }) => {
        const { administration } = it.auth.services;
        await administration.setUserRoles({ viewer: null }, ann.user.id, ['admin']);
        return ann.accessToken;
      },
    ],
    [
      'USER_DISABLED',
      false,
      async ({ it, ann }) => {
        await it.auth.services.administration.disableUser({ viewer: null }, ann.user.id);
        return ann.accessToken;
      },
    ],
  ];

  test.each(refused)('%s', async (reason, refreshable, make) => {
    const all = await house();
    const token = await make(all);
    const { data, errors } = await all.it.run('{ me { id } }', { token });
    expect(data).toEqual({ me: null });
    expect(errors?.[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
      reason,
      refreshable,
      coordinate: 'Query.me',
    });
    // Whatever came in the header, a login beside it works.
    if (reason !== 'USER_DISABLED') {
      expect((await all.it.run(LOGIN, { token })).errors).toBeUndefined();
    }
  });
});
