import { matches, same } from './assert.js';
import type { UserRow } from '../store.js';
import type { Case } from './case.js';
import { AUDIT, HOME } from './given.js';

const nothing = { first: null, last: null, after: null, before: null, search: null };
const ids = (users: readonly UserRow[]): string => users.map(({ id }) => id).join('');
const cursor = ({ id, createdAt }: UserRow) => ({ id, createdAt });

export const usersCases: readonly Case[] = [
  {
    name: 'an account is made once',
    async run({ store, user, clock }) {
      const ada = await user('ada', { roles: ['admin', 'admin'] });
      same(ada, {
        id: 'ada',
        email: 'ada@example.com',
        passwordHash: 'hash',
        createdAt: clock.now(),
        lastLoginAt: null,
        disabledAt: null,
        tokensRevokedAt: null,
        changeNumber: 1,
      });
      same(await store.userByEmail('ada@example.com'), ada);
      same(await store.userByEmail('eve@example.com'), null);
      same(await store.usersByIds(['x', 'ada', 'ada']), [null, ada, ada]);
      same(await store.rolesByUserIds(['ada', 'x']), [['admin'], []]);
      const again = { ...ada, id: 'eve', roles: [] };
      same(await store.createUser(again, AUDIT), { kind: 'email-taken' });
      const first = { ...again, email: 'eve@example.com', onlyIfEmpty: true };
      same(await store.createUser(first, AUDIT), { kind: 'not-empty' });
      same(await store.createUser({ ...first, onlyIfEmpty: false, roles: ['x'] }, AUDIT), {
        kind: 'unknown-role',
        role: 'x',
      });
      same(await store.countUsers(null), 1);
      matches(await store.auditEvents({ event: 'signup', limit: 9 }), [
        { userId: 'ada', at: clock.now() },
      ]);
    },
  },

  {
    name: 'one that comes from elsewhere brings its name, its last login and its state',
    async run(given) {
      const { store, user } = given;
      await user('ada', { username: 'Ada', lastLoginAt: 5 });
      const bob = await user('bob', { username: 'ada', disabledAt: 7 });
      // What was given to somebody who is disabled was taken back then.
      matches(bob, { lastLoginAt: null, disabledAt: 7, tokensRevokedAt: 7 });
      matches(await store.userByUsername('Ada'), { id: 'ada', lastLoginAt: 5 });
      same(await store.userByUsername('ada'), bob);
      for (const other of ['', 'ADA', 'ada@example.com', 'eve']) {
        same(await store.userByUsername(other), null);
      }
      const [taken] = await Promise.allSettled([user('eve', { username: 'ada' })]);
      same(taken?.status, 'rejected');
      same(await store.userByEmail('eve@example.com'), null);
    },
  },

  {
    name: 'of many first administrators one is made',
    async run({ store }) {
      const outcomes = await Promise.all(
        ['a', 'b', 'c'].map((id) =>
          store.createUser(
            {
              id,
              email: id,
              passwordHash: null,
              createdAt: 1,
              roles: ['admin'],
              onlyIfEmpty: true,
            },
            AUDIT,
          ),
        ),
      );
      same(outcomes.map(({ kind }) => kind).sort(), ['created', 'not-empty', 'not-empty']);
    },
  },

  {
    name: 'pages run forwards and backwards by creation, ties by id',
    async run({ store, user }) {
      for (const [index, id] of ['b', 'a', 'c', 'e', 'd'].entries()) {
        await user(id, { createdAt: index < 2 ? 1 : index });
      }
      const all = (await store.usersPage({ ...nothing, first: 9 })).users;
      same(ids(all), 'abced');
      const [a, b, , e, d] = all.map(cursor);
      const page = async (query: Partial<Parameters<typeof store.usersPage>[0]>) => {
        const { users, hasNextPage, hasPreviousPage } = await store.usersPage({
          ...nothing,
          ...query,
        });
        return [ids(users), hasPreviousPage, hasNextPage];
      };
      same(await page({ first: 2 }), ['ab', false, true]);
      same(await page({ first: 2, after: b }), ['ce', true, true]);
      same(await page({ first: 2, after: e }), ['d', true, false]);
      same(await page({ first: 2, after: d }), ['', true, false]);
      same(await page({ last: 2 }), ['ed', true, false]);
      same(await page({ last: 2, before: e }), ['bc', true, true]);
      same(await page({ last: 2, before: a }), ['', false, true]);
      same(await page({ first: 2, after: a, before: e }), ['bc', true, true]);
      same(await page({ first: 1, after: a, before: e }), ['b', true, true]);
      same(await page({ last: 9, after: a }), ['bced', true, false]);
      same(await page({ first: 0 }), ['', false, true]);
    },
  },

  {
    name: 'a page goes on where it stopped, whoever signs up meanwhile',
    async run({ store, user }) {
      for (const id of ['b', 'd']) await user(id, { createdAt: 5 });
      const first = await store.usersPage({ ...nothing, first: 1 });
      await user('a', { createdAt: 5 });
      await user('c', { createdAt: 5 });
      const after = cursor(first.users[0] as UserRow);
      same(ids((await store.usersPage({ ...nothing, first: 9, after })).users), 'cd');
    },
  },

  {
    name: 'a search is a part of the email, without case, and no pattern',
    async run({ store, user }) {
      await user('a', { email: '50%_off@example.com' });
      await user('b', { email: '50 off@example.com' });
      const search = async (text: string) => {
        const page = await store.usersPage({ ...nothing, first: 9, search: text });
        same(await store.countUsers(text), page.users.length);
        return ids(page.users);
      };
      same(await search('OFF@EXAMPLE'), 'ab');
      same(await search('%'), 'a');
      same(await search('%_O'), 'a');
      same(await search("'"), '');
      same(await search(''), 'ab');
    },
  },

  {
    name: 'a text with a U+0000 in it finds nobody, and breaks nothing',
    async run({ store, user, open }) {
      await user('ada');
      same(await store.usersByIds(['\0', 'ada\0']), [null, null]);
      same(await store.sessionState('\0'), null);
      same(await store.countUsers('\0'), 0);
      const origin = { address: null, userAgent: 'a\0b' };
      same((await open('s', 'ada', { origin, network: null })).kind, 'opened');
      await store.recordEvent({ ...AUDIT, details: { typed: '\0' } });
      same((await store.auditEvents({ limit: 1 }))[0]?.details, { typed: '\0' });
    },
  },

  {
    name: 'a changed password ends every session and opens a new one',
    async run({ store, user, session, clock }) {
      await user('ada');
      for (const id of ['a', 'b']) await session(id, 'ada');
      clock.advance(1);
      const fresh = { id: 'c', expiresAt: clock.now() + 1000, origin: HOME, network: null };
      const change = { userId: 'ada', expectedHash: 'hash', newHash: 'new', session: fresh };
      same(await store.changePassword({ ...change, expectedHash: 'x' }, AUDIT), {
        kind: 'conflict',
      });
      matches(await store.changePassword(change, AUDIT), {
        kind: 'changed',
        session: { id: 'c', generation: 0, parent: -1, createdAt: clock.now() },
        user: { passwordHash: 'new', tokensRevokedAt: clock.now() },
        grants: { roles: [] },
        revokedSessions: 2,
      });
      same(
        (await store.sessionsByIds(['a', 'b', 'c'])).map((row) => row?.revokedCause),
        ['password_changed', 'password_changed', null],
      );
      const administrator = { ...change, expectedHash: null, session: null };
      matches(await store.changePassword(administrator, AUDIT), {
        session: null,
        revokedSessions: 1,
      });
      const nobody = { ...administrator, userId: 'nobody' };
      same(await store.changePassword(nobody, AUDIT), { kind: 'not-found' });
      await store.disableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT);
      same(await store.changePassword(administrator, AUDIT), { kind: 'disabled' });
    },
  },

  {
    name: 'a hash is made stronger only where it is still the same',
    async run({ store, user, session }) {
      await user('ada');
      await session('s', 'ada');
      await store.upgradePasswordHash('ada', 'other', 'lost');
      same((await store.usersByIds(['ada']))[0]?.passwordHash, 'hash');
      await store.upgradePasswordHash('ada', 'hash', 'stronger');
      same((await store.usersByIds(['ada']))[0]?.passwordHash, 'stronger');
      same((await store.sessionState('s'))?.session.revokedAt, null);
    },
  },
];
