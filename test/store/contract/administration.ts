import { expect, test } from '@jest/globals';
import { ADMIN_ROLE } from '../../../src/store/store.js';
import { AUDIT, type Given } from './given.js';

export function administrationContract(given: () => Given): void {
  const role = (name: string, scopes: string[] = [], expectedVersion: number | null = null) =>
    given().store.upsertRole({ name, description: undefined, scopes, expectedVersion }, AUDIT);
  const change = (userId: string, expectedChangeNumber: number | null = null) => ({
    userId,
    expectedChangeNumber,
  });

  test('the role of administrators is there from the start', async () => {
    const { roles } = await given().store.roleTable();
    expect(roles.map(({ name }) => name)).toEqual([ADMIN_ROLE]);
  });

  test('the version of the role table moves with scopes and new roles only', async () => {
    const { store } = given();
    const { version } = await store.roleTable();
    expect(await role('editor', ['b', 'a', 'b'])).toEqual({
      name: 'editor',
      description: null,
      scopes: ['a', 'b'],
    });
    expect((await store.roleTable()).version).toBe(version + 1);
    await role('editor', ['a', 'b']);
    const described = { name: 'editor', description: 'Edits.', expectedVersion: null };
    await store.upsertRole({ ...described, scopes: ['b', 'a'] }, AUDIT);
    const table = await store.roleTable();
    expect(table.version).toBe(version + 1);
    expect(table.roles[1]).toEqual({ name: 'editor', description: 'Edits.', scopes: ['a', 'b'] });
    expect(await role('editor', ['a'], version)).toBe('conflict');
    expect(await role('editor', ['a'], version + 1)).toMatchObject({ description: 'Edits.' });
    expect((await store.roleTable()).version).toBe(version + 2);
  });

  test("a user's change number moves with his roles only", async () => {
    const { store, user, session } = given();
    await user('ada');
    await session('s', 'ada');
    await role('editor');
    const set = (roles: string[], expected: number | null = null) =>
      store.setUserRoles({ ...change('ada', expected), roles }, AUDIT);
    expect(await set(['editor', 'admin'])).toMatchObject({
      kind: 'done',
      user: { changeNumber: 2 },
    });
    expect(await set(['admin', 'editor', 'admin'])).toMatchObject({ user: { changeNumber: 2 } });
    expect(await store.rolesByUserIds(['ada'])).toEqual([['admin', 'editor']]);
    expect((await store.sessionState('s'))?.userChangeNumber).toBe(2);
    expect(await set([], 1)).toEqual({ kind: 'conflict' });
    expect(await set(['admin', 'x'], 2)).toEqual({ kind: 'unknown-role', role: 'x' });
    expect(await store.setUserRoles({ ...change('nobody'), roles: [] }, AUDIT)).toEqual({
      kind: 'not-found',
    });
    expect(await given().rotate('s', 0)).toMatchObject({
      grants: { roles: ['admin', 'editor'], userChangeNumber: 2 },
    });
  });

  test('a change of grants that are kept elsewhere moves the change number, and is recorded', async () => {
    const { store, user, session } = given();
    await user('ada');
    await session('s', 'ada');
    expect(await store.userChanged('ada', AUDIT)).toMatchObject({ id: 'ada', changeNumber: 2 });
    expect((await store.sessionState('s'))?.userChangeNumber).toBe(2);
    expect((await store.auditEvents({ userId: 'ada', limit: 1 }))[0]).toMatchObject({
      id: 3,
      sessionId: null,
    });
    expect(await store.userChanged('nobody', AUDIT)).toBeNull();
  });

  test('the last enabled administrator stays, even when both are asked to go at once', async () => {
    const { store, user } = given();
    for (const id of ['ada', 'bob']) await user(id, { roles: [ADMIN_ROLE] });
    const outcomes = await Promise.all([
      store.setUserRoles({ ...change('ada'), roles: [] }, AUDIT),
      store.disableUser(change('bob'), AUDIT),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'last-admin']);
    await store.setUserRoles({ ...change('ada'), roles: [ADMIN_ROLE] }, AUDIT);
    await store.enableUser(change('bob'), AUDIT);
    expect((await store.disableUser(change('bob'), AUDIT)).kind).toBe('done');
    expect(await store.disableUser(change('ada'), AUDIT)).toEqual({ kind: 'last-admin' });
    // Bob is disabled, so his role keeps nobody from anything.
    expect((await store.setUserRoles({ ...change('bob'), roles: [] }, AUDIT)).kind).toBe('done');
  });

  test('disabling ends every session for good', async () => {
    const { store, user, session, clock, rotate } = given();
    await user('ada');
    for (const id of ['a', 'b']) await session(id, 'ada');
    expect(await store.disableUser(change('ada', 7), AUDIT)).toEqual({ kind: 'conflict' });
    expect(await store.disableUser(change('ada', 1), AUDIT)).toMatchObject({
      kind: 'done',
      revokedSessions: 2,
      user: { disabledAt: clock.now(), tokensRevokedAt: clock.now() },
    });
    expect((await store.sessionState('a'))?.userDisabledAt).toBe(clock.now());
    const since = clock.now();
    clock.advance(1);
    expect(await store.disableUser(change('ada'), AUDIT)).toMatchObject({
      revokedSessions: 0,
      user: { disabledAt: since },
    });
    expect(await store.enableUser(change('ada'), AUDIT)).toMatchObject({
      kind: 'done',
      user: { disabledAt: null },
    });
    expect((await rotate('a', 0)).kind).toBe('revoked');
    expect(await store.enableUser(change('nobody'), AUDIT)).toEqual({ kind: 'not-found' });
  });

  test('events are kept whole and read newest first', async () => {
    const { store, clock } = given();
    const origin = { address: '::1', userAgent: 'x' };
    const details = { why: ['"', 1, null] };
    await store.recordEvent({ event: 'login_failed', actorId: null, userId: 'u', origin, details });
    clock.advance(1);
    await store.recordEvent({ event: 'logout', actorId: 'u', userId: 'u', sessionId: 's' });
    const events = await store.auditEvents({ userId: 'u', limit: 9 });
    expect(events).toMatchObject([
      { event: 'logout', at: clock.now(), details: null, ipAddress: null },
      { event: 'login_failed', sessionId: null, ipAddress: '::1', userAgent: 'x', details },
    ]);
    expect(await store.auditEvents({ userId: 'u', limit: 1 })).toEqual(events.slice(0, 1));
    expect(await store.auditEvents({ sessionId: 's', userId: 'u', limit: 9 })).toHaveLength(1);
    expect(await store.auditEvents({ event: 'login', limit: 9 })).toEqual([]);
  });

  test('what is old goes in small batches, a revoked session only at its end', async () => {
    const { store, user, session, clock, rotate, row } = given();
    await user('ada');
    for (const id of ['a', 'b', 'c']) await session(id, 'ada');
    await session('revoked', 'ada', { expiresAt: clock.now() + 7200_000 });
    await rotate('a', 0);
    await store.revokeSessions({ by: 'id', id: 'revoked' }, 'logout', AUDIT);
    clock.advance(3601);
    const before = clock.now();
    const prune = (all: number) =>
      store.prune({
        sessionsBefore: before,
        refreshAuditBefore: before,
        auditBefore: all,
        keySecretsBefore: before,
        keysBefore: before,
        addressesBefore: all,
        limit: 2,
      });
    expect(await prune(0)).toBe(2 + 1);
    expect(await prune(0)).toBe(1);
    expect(await prune(0)).toBe(0);
    expect(await row('a')).toBeNull();
    expect((await rotate('revoked', 0)).kind).toBe('revoked');
    expect(await store.auditEvents({ limit: 99 })).toHaveLength(6);
    expect(await prune(before)).toBe(2 + 1);
    expect(await store.knownAddress('ada', '192.0.2.1', 0)).toBe(false);
  });
}
