import { expect, test } from '@jest/globals';
import type { UserRow } from '../../../src/store/store.js';
import { AUDIT, HOME, type Given } from './given.js';

const nothing = { first: null, last: null, after: null, before: null, search: null };
const ids = (users: readonly UserRow[]): string => users.map(({ id }) => id).join('');
const cursor = ({ id, createdAt }: UserRow) => ({ id, createdAt });

export function usersContract(given: () => Given): void {
  test('an account is made once', async () => {
    const { store, user, clock } = given();
    const ada = await user('ada', { roles: ['admin', 'admin'] });
    expect(ada).toEqual({
      id: 'ada',
      email: 'ada@example.com',
      passwordHash: 'hash',
      createdAt: clock.now(),
      lastLoginAt: null,
      disabledAt: null,
      tokensRevokedAt: null,
      changeNumber: 1,
    });
    expect(await store.userByEmail('ada@example.com')).toEqual(ada);
    expect(await store.userByEmail('eve@example.com')).toBeNull();
    expect(await store.usersByIds(['x', 'ada', 'ada'])).toEqual([null, ada, ada]);
    expect(await store.rolesByUserIds(['ada', 'x'])).toEqual([['admin'], []]);
    const again = { ...ada, id: 'eve', roles: [] };
    expect(await store.createUser(again, AUDIT)).toEqual({ kind: 'email-taken' });
    const first = { ...again, email: 'eve@example.com', onlyIfEmpty: true };
    expect(await store.createUser(first, AUDIT)).toEqual({ kind: 'not-empty' });
    expect(await store.createUser({ ...first, onlyIfEmpty: false, roles: ['x'] }, AUDIT)).toEqual({
      kind: 'unknown-role',
      role: 'x',
    });
    expect(await store.countUsers(null)).toBe(1);
    expect(await store.auditEvents({ event: 'signup', limit: 9 })).toMatchObject([
      { userId: 'ada', at: clock.now() },
    ]);
  });

  test('one that comes from elsewhere brings its name, its last login and its state', async () => {
    const { store, user } = given();
    await user('ada', { username: 'Ada', lastLoginAt: 5 });
    const bob = await user('bob', { username: 'ada', disabledAt: 7 });
    // What was given to somebody who is disabled was taken back then.
    expect(bob).toMatchObject({ lastLoginAt: null, disabledAt: 7, tokensRevokedAt: 7 });
    expect(await store.userByUsername('Ada')).toMatchObject({ id: 'ada', lastLoginAt: 5 });
    expect(await store.userByUsername('ada')).toEqual(bob);
    for (const other of ['', 'ADA', 'ada@example.com', 'eve']) {
      expect(await store.userByUsername(other)).toBeNull();
    }
    const [taken] = await Promise.allSettled([user('eve', { username: 'ada' })]);
    expect(taken?.status).toBe('rejected');
    expect(await store.userByEmail('eve@example.com')).toBeNull();
  });

  test('of many first administrators one is made', async () => {
    const { store } = given();
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((id) =>
        store.createUser(
          { id, email: id, passwordHash: null, createdAt: 1, roles: ['admin'], onlyIfEmpty: true },
          AUDIT,
        ),
      ),
    );
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['created', 'not-empty', 'not-empty']);
  });

  test('pages run forwards and backwards by creation, ties by id', async () => {
    const { store, user } = given();
    for (const [index, id] of ['b', 'a', 'c', 'e', 'd'].entries()) {
      await user(id, { createdAt: index < 2 ? 1 : index });
    }
    const all = (await store.usersPage({ ...nothing, first: 9 })).users;
    expect(ids(all)).toBe('abced');
    const [a, b, , e, d] = all.map(cursor);
    const page = async (query: Partial<Parameters<typeof store.usersPage>[0]>) => {
      const { users, hasNextPage, hasPreviousPage } = await store.usersPage({
        ...nothing,
        ...query,
      });
      return [ids(users), hasPreviousPage, hasNextPage];
    };
    expect(await page({ first: 2 })).toEqual(['ab', false, true]);
    expect(await page({ first: 2, after: b })).toEqual(['ce', true, true]);
    expect(await page({ first: 2, after: e })).toEqual(['d', true, false]);
    expect(await page({ first: 2, after: d })).toEqual(['', true, false]);
    expect(await page({ last: 2 })).toEqual(['ed', true, false]);
    expect(await page({ last: 2, before: e })).toEqual(['bc', true, true]);
    expect(await page({ last: 2, before: a })).toEqual(['', false, true]);
    expect(await page({ first: 2, after: a, before: e })).toEqual(['bc', true, true]);
    expect(await page({ first: 1, after: a, before: e })).toEqual(['b', true, true]);
    expect(await page({ last: 9, after: a })).toEqual(['bced', true, false]);
    expect(await page({ first: 0 })).toEqual(['', false, true]);
  });

  test('a page goes on where it stopped, whoever signs up meanwhile', async () => {
    const { store, user } = given();
    for (const id of ['b', 'd']) await user(id, { createdAt: 5 });
    const first = await store.usersPage({ ...nothing, first: 1 });
    await user('a', { createdAt: 5 });
    await user('c', { createdAt: 5 });
    const after = cursor(first.users[0] as UserRow);
    expect(ids((await store.usersPage({ ...nothing, first: 9, after })).users)).toBe('cd');
  });

  test('a search is a part of the email, without case, and no pattern', async () => {
    const { store, user } = given();
    await user('a', { email: '50%_off@example.com' });
    await user('b', { email: '50 off@example.com' });
    const search = async (text: string) => {
      const page = await store.usersPage({ ...nothing, first: 9, search: text });
      expect(await store.countUsers(text)).toBe(page.users.length);
      return ids(page.users);
    };
    expect(await search('OFF@EXAMPLE')).toBe('ab');
    expect(await search('%')).toBe('a');
    expect(await search('%_O')).toBe('a');
    expect(await search("'")).toBe('');
    expect(await search('')).toBe('ab');
  });

  test('a text with a U+0000 in it finds nobody, and breaks nothing', async () => {
    const { store, user, open } = given();
    await user('ada');
    expect(await store.usersByIds(['\0', 'ada\0'])).toEqual([null, null]);
    expect(await store.sessionState('\0')).toBeNull();
    expect(await store.countUsers('\0')).toBe(0);
    const origin = { address: null, userAgent: 'a\0b' };
    expect((await open('s', 'ada', { origin, network: null })).kind).toBe('opened');
    await store.recordEvent({ ...AUDIT, details: { typed: '\0' } });
    expect((await store.auditEvents({ limit: 1 }))[0]?.details).toEqual({ typed: '\0' });
  });

  test('a changed password ends every session and opens a new one', async () => {
    const { store, user, session, clock } = given();
    await user('ada');
    for (const id of ['a', 'b']) await session(id, 'ada');
    clock.advance(1);
    const fresh = { id: 'c', expiresAt: clock.now() + 1000, origin: HOME, network: null };
    const change = { userId: 'ada', expectedHash: 'hash', newHash: 'new', session: fresh };
    expect(await store.changePassword({ ...change, expectedHash: 'x' }, AUDIT)).toEqual({
      kind: 'conflict',
    });
    expect(await store.changePassword(change, AUDIT)).toMatchObject({
      kind: 'changed',
      session: { id: 'c', generation: 0, parent: -1, createdAt: clock.now() },
      user: { passwordHash: 'new', tokensRevokedAt: clock.now() },
      grants: { roles: [] },
      revokedSessions: 2,
    });
    expect((await store.sessionsByIds(['a', 'b', 'c'])).map((row) => row?.revokedCause)).toEqual([
      'password_changed',
      'password_changed',
      null,
    ]);
    const administrator = { ...change, expectedHash: null, session: null };
    expect(await store.changePassword(administrator, AUDIT)).toMatchObject({
      session: null,
      revokedSessions: 1,
    });
    const nobody = { ...administrator, userId: 'nobody' };
    expect(await store.changePassword(nobody, AUDIT)).toEqual({ kind: 'not-found' });
    await store.disableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT);
    expect(await store.changePassword(administrator, AUDIT)).toEqual({ kind: 'disabled' });
  });

  test('a hash is made stronger only where it is still the same', async () => {
    const { store, user, session } = given();
    await user('ada');
    await session('s', 'ada');
    await store.upgradePasswordHash('ada', 'other', 'lost');
    expect((await store.usersByIds(['ada']))[0]?.passwordHash).toBe('hash');
    await store.upgradePasswordHash('ada', 'hash', 'stronger');
    expect((await store.usersByIds(['ada']))[0]?.passwordHash).toBe('stronger');
    expect((await store.sessionState('s'))?.session.revokedAt).toBeNull();
  });
}
