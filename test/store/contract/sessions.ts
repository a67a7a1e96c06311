import { expect, test } from '@jest/globals';
import { HOUR } from '../../../src/time.js';
import { AUDIT, AWAY, HOME, type Given } from './given.js';

export function sessionsContract(given: () => Given): void {
  test('a login opens a session at generation 0, which counts as used', async () => {
    const { user, open, store, clock } = given();
    await user('ada', { roles: ['admin'] });
    clock.advance(60);
    const outcome = await open('s', 'ada', { expectedPasswordHash: 'hash' });
    const now = clock.now();
    const session = {
      id: 's',
      userId: 'ada',
      createdAt: now,
      generation: 0,
      parent: -1,
      usedGeneration: 0,
      rotatedAt: now,
      rotatedAddress: HOME.address,
      rotatedUserAgent: HOME.userAgent,
      lastUsedAt: now,
      expiresAt: now + HOUR,
      revokedAt: null,
      revokedCause: null,
      ipAddress: HOME.address,
      userAgent: HOME.userAgent,
    };
    expect(outcome).toMatchObject({ kind: 'opened', session, user: { lastLoginAt: now } });
    expect(outcome).toMatchObject({ grants: { roles: ['admin'], userChangeNumber: 1 } });
    expect(await store.sessionsByIds(['s'])).toEqual([session]);
    expect((await store.usersByIds(['ada']))[0]?.lastLoginAt).toBe(now);
    expect(await store.knownAddress('ada', '192.0.2.1', now)).toBe(true);
    expect(await store.knownAddress('ada', '192.0.2.1', now + 1)).toBe(false);
    expect(await store.knownAddress('ada', '192.0.2.2', 0)).toBe(false);
  });

  test('a password changed meanwhile, a user who is gone and a disabled one open nothing', async () => {
    const { user, open, store } = given();
    await user('ada');
    expect(await open('a', 'ada', { expectedPasswordHash: 'old' })).toEqual({ kind: 'changed' });
    expect(await open('b', 'nobody')).toEqual({ kind: 'changed' });
    await store.disableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT);
    expect(await open('c', 'ada')).toEqual({ kind: 'disabled' });
    expect(await store.sessionsByIds(['a', 'b', 'c'])).toEqual([null, null, null]);
  });

  test('beyond the limit the least recently used session ends', async () => {
    const { user, session, store, clock, row } = given();
    await user('ada');
    for (const id of ['first', 'second', 'third']) {
      await session(id, 'ada');
      clock.advance(1);
    }
    await given().rotate('first', 0);
    await session('fourth', 'ada', { maxSessions: 3 });
    expect(await row('second')).toMatchObject({ revokedCause: 'too_many_sessions' });
    const [live] = await store.liveSessionsByUserIds(['ada']);
    expect(live?.map(({ id }) => id)).toEqual(['fourth', 'third', 'first']);
  });

  test('the state of a session is all that a request needs', async () => {
    const { user, session, store } = given();
    await user('ada');
    const { id, userId, generation, parent, usedGeneration, expiresAt, revokedAt } = await session(
      's',
      'ada',
    );
    expect(await store.sessionState('s')).toEqual({
      session: { id, userId, generation, parent, usedGeneration, expiresAt, revokedAt },
      userDisabledAt: null,
      userChangeNumber: 1,
      roleTableVersion: (await store.roleTable()).version,
    });
    expect(await store.sessionState("s' OR 1=1")).toBeNull();
  });

  test('a revoked session is seen as revoked at once, and is revoked once', async () => {
    const { user, session, store, clock } = given();
    await user('ada');
    await session('s', 'ada');
    const logout = { event: 'logout' as const, actorId: 'ada' };
    const by = { by: 'id' as const, id: 's' };
    expect(await store.revokeSessions({ ...by, userId: 'eve' }, 'revoked', logout)).toEqual([]);
    expect(await store.revokeSessions(by, 'logout', logout)).toEqual(['s']);
    expect((await store.sessionState('s'))?.session.revokedAt).toBe(clock.now());
    expect(await store.revokeSessions(by, 'revoked', logout)).toEqual([]);
    expect((await store.sessionsByIds(['s']))[0]?.revokedCause).toBe('logout');
    expect(await store.auditEvents({ event: 'logout', limit: 9 })).toMatchObject([
      { sessionId: 's', at: clock.now() },
    ]);
  });

  test('all sessions of a user end, or all but one; those that ran out are not counted', async () => {
    const { user, session, store, clock } = given();
    await user('ada');
    await user('bob');
    await session('over', 'ada', { expiresAt: clock.now() + 1 });
    for (const id of ['a', 'b', 'c']) await session(id, 'ada');
    await session('d', 'bob');
    clock.advance(1);
    const others = { by: 'user' as const, userId: 'ada', except: 'b' };
    expect((await store.revokeSessions(others, 'revoked', AUDIT)).sort()).toEqual(['a', 'c']);
    expect((await store.usersByIds(['ada']))[0]?.tokensRevokedAt).toBeNull();
    const all = { by: 'user' as const, userId: 'ada' };
    expect(await store.revokeSessions(all, 'revoked', AUDIT)).toEqual(['b']);
    expect((await store.usersByIds(['ada']))[0]?.tokensRevokedAt).toBe(clock.now());
    expect((await store.sessionState('d'))?.session.revokedAt).toBeNull();
  });

  test('the first use of a generation is recorded, and never moves back', async () => {
    const { user, session, store, clock, row, rotate } = given();
    await user('ada');
    await session('s', 'ada');
    for (const generation of [0, 1, 2]) await rotate('s', generation);
    clock.advance(5);
    store.markUsed('s', 2, clock.now());
    store.markUsed('s', 1, clock.now() + 1);
    store.markUsed('unknown', 1, clock.now());
    await store.recordEvent(AUDIT);
    expect(await row('s')).toMatchObject({ usedGeneration: 2, lastUsedAt: clock.now() });
  });

  test('the first use of a generation is written within a second or so, though nothing else is', async () => {
    const { user, session, store, clock, row, rotate } = given();
    await user('ada');
    await session('s', 'ada');
    await rotate('s', 0);
    store.markUsed('s', 1, clock.now());
    await new Promise((resolve) => setTimeout(resolve, 1300));
    expect((await row('s'))?.usedGeneration).toBe(1);
  });

  test('lists come in the order of the ids, whatever the ids', async () => {
    const { user, session, store, clock } = given();
    await user('ada');
    await user('bob');
    await session('old', 'ada');
    clock.advance(1);
    await session('new', 'ada', { origin: AWAY });
    const ids = ['new', 'none', 'old', 'new', '"', ''];
    const found = await store.sessionsByIds(ids);
    expect(found.map((row) => row?.id)).toEqual([
      'new',
      undefined,
      'old',
      'new',
      undefined,
      undefined,
    ]);
    const live = await store.liveSessionsByUserIds(['bob', 'ada', 'none', 'ada']);
    expect(live.map((rows) => rows.map(({ id }) => id))).toEqual([
      [],
      ['new', 'old'],
      [],
      ['new', 'old'],
    ]);
    expect(await store.sessionsByIds([])).toEqual([]);
    clock.advance(3600);
    expect(await store.liveSessionsByUserIds(['ada'])).toEqual([[]]);
  });
}
