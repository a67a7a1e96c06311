import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '../../src/outcome.js';
import type { IssuedSession } from '../../src/services/sessions.js';
import { codeOf, PASSWORD, testAuth, type TestAuth } from '../support/auth.js';

const nobody = { viewer: null };
const origin = { address: '192.0.2.1', userAgent: null };
const ROUNDS = 100;
const READ = '{ session { id } }';

/** Each event, and what a token that was issued beside it may meet afterwards; '' = it is good. */
const beside: [string, (it: TestAuth, userId: string) => Promise<unknown>, string[]][] = [
  [
    'disableUser',
    (it, id) => it.auth.services.administration.disableUser(nobody, id),
    ['UNAUTHENTICATED USER_DISABLED'],
  ],
  [
    'a changed password',
    (it, id) =>
      it.store.changePassword(
        { userId: id, expectedHash: null, newHash: 'another', session: null },
        { event: 'password_changed', actorId: null },
      ),
    ['UNAUTHENTICATED TOKEN_REVOKED'],
  ],
  [
    'revokeUserSessions',
    (it, id) => it.auth.services.administration.revokeUserSessions(nobody, id),
    ['', 'UNAUTHENTICATED TOKEN_REVOKED'],
  ],
  [
    'setUserRoles',
    (it, id) => it.auth.services.administration.setUserRoles(nobody, id, ['admin']),
    ['', 'UNAUTHENTICATED TOKEN_STALE'],
  ],
];

const ways: [
  string,
  (it: TestAuth, email: string, token: string) => Promise<Outcome<IssuedSession>>,
][] = [
  ['login', (it, email) => it.auth.services.login({ email, password: PASSWORD }, origin)],
  ['refreshToken', (it, _, token) => it.auth.services.refresh(token, origin)],
];

/** Starts the event a random number of turns after the request. */
async function turns(count: number) {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe.each(ways)('%s', (_, way) => {
  test.each(beside)(
    `beside %s never leaves a pair that outlives it, in ${ROUNDS} rounds`,
    async (_event, happen, allowed) => {
      const it = await testAuth();
      await it.person('root@example.com', ['admin']);
      for (let round = 0; round < ROUNDS; round++) {
        const email = `person${round}@example.com`;
        const { user, refreshToken } = await it.person(email);
        const [outcome] = await Promise.all([
          way(it, email, refreshToken),
          turns(round % 5).then(() => happen(it, user.id)),
        ]);
        if (!outcome.ok) {
          expect(outcome.code).toMatch(/^(ACCOUNT_DISABLED|INVALID_CREDENTIALS|SESSION_REVOKED)$/);
          continue;
        }
        const { accessToken } = outcome.value.tokens;
        const read = codeOf(await it.run(READ, { token: accessToken }));
        expect(allowed).toContain(read);
        const { viewer } = await it.auth.context({
          authorization: [`Bearer ${accessToken}`],
          origin,
        });
        const [roles] = await it.store.rolesByUserIds([user.id]);
        if (viewer !== null) expect([...viewer.roles]).toEqual(roles);
      }
    },
  );
});

test('a change of roles beside another is decided on what stands, not on what was read', async () => {
  const it = await testAuth();
  const { roles, administration } = it.auth.services;
  await roles.upsert(nobody, { name: 'manager', scopes: ['users:write'] });
  const manager = await it.person('manager@example.com', ['manager']);
  const { viewer } = await it.auth.context({
    authorization: [`Bearer ${manager.accessToken}`],
    origin,
  });
  for (let round = 0; round < ROUNDS; round++) {
    const { user } = await it.person(`person${round}@example.com`);
    const [, disabled] = await Promise.all([
      administration.setUserRoles(nobody, user.id, ['admin']),
      turns(round % 3).then(() => administration.disableUser({ viewer }, user.id)),
    ]);
    const [row] = await it.store.usersByIds([user.id]);
    // Whoever was an administrator by then is out of the manager's reach.
    expect(disabled.ok).toBe(row?.disabledAt !== null);
    if (!disabled.ok) expect(disabled.code).toBe('FORBIDDEN');
  }
});
