import { matches, same } from './assert.js';
import { ADMIN_ROLE } from '../store.js';
import type { Case } from './case.js';
import { AUDIT, type Given } from './given.js';

const change = (userId: string, expectedChangeNumber: number | null = null) => ({
  userId,
  expectedChangeNumber,
});

const roleIn =
  ({ store }: Given) =>
  (name: string, scopes: string[] = [], expectedVersion: number | null = null) =>
    store.upsertRole({ name, description: undefined, scopes, expectedVersion }, AUDIT);

export const administrationCases: readonly Case[] = [
  {
    name: 'the role of administrators is there from the start',
    async run(given) {
      const { roles } = await given.store.roleTable();
      same(
        roles.map(({ name }) => name),
        [ADMIN_ROLE],
      );
    },
  },

  {
    name: 'the version of the role table moves with scopes and new roles only',
    async run(given) {
      const { store } = given;
      const role = roleIn(given);
      const { version } = await store.roleTable();
      same(await role('editor', ['b', 'a', 'b']), {
        name: 'editor',
        description: null,
        scopes: ['a', 'b'],
      });
      same((await store.roleTable()).version, version + 1);
      await role('editor', ['a', 'b']);
      const described = { name: 'editor', description: 'Edits.', expectedVersion: null };
      await store.upsertRole({ ...described, scopes: ['b', 'a'] }, AUDIT);
      const table = await store.roleTable();
      same(table.version, version + 1);
      same(table.roles[1], { name: 'editor', description: 'Edits.', scopes: ['a', 'b'] });
      same(await role('editor', ['a'], version), 'conflict');
      matches(await role('editor', ['a'], version + 1), { description: 'Edits.' });
      same((await store.roleTable()).version, version + 2);
    },
  },

  {
    name: "a user's change number moves with his roles only",
    async run(given) {
      const { store, user, session } = given;
      const role = roleIn(given);
      await user('ada');
      await session('s', 'ada');
      await role('editor');
      const set = (roles: string[], expected: number | null = null) =>
        store.setUserRoles({ ...change('ada', expected), roles }, AUDIT);
      matches(await set(['editor', 'admin']), {
        kind: 'done',
        user: { changeNumber: 2 },
      });
      matches(await set(['admin', 'editor', 'admin']), { user: { changeNumber: 2 } });
      same(await store.rolesByUserIds(['ada']), [['admin', 'editor']]);
      same((await store.sessionState('s'))?.userChangeNumber, 2);
      same(await set([], 1), { kind: 'conflict' });
      same(await set(['admin', 'x'], 2), { kind: 'unknown-role', role: 'x' });
      same(await store.setUserRoles({ ...change('nobody'), roles: [] }, AUDIT), {
        kind: 'not-found',
      });
      matches(await given.rotate('s', 0), {
        grants: { roles: ['admin', 'editor'], userChangeNumber: 2 },
      });
    },
  },

  {
    name: 'a change of grants that are kept elsewhere moves the change number, and is recorded',
    async run({ store, user, session }) {
      await user('ada');
      await session('s', 'ada');
      matches(await store.userChanged('ada', AUDIT), { id: 'ada', changeNumber: 2 });
      same((await store.sessionState('s'))?.userChangeNumber, 2);
      matches((await store.auditEvents({ userId: 'ada', limit: 1 }))[0], {
        id: 3,
        sessionId: null,
      });
      same(await store.userChanged('nobody', AUDIT), null);
    },
  },

  {
    name: 'the last enabled administrator stays, even when both are asked to go at once',
    async run({ store, user }) {
      for (const id of ['ada', 'bob']) await user(id, { roles: [ADMIN_ROLE] });
      const outcomes = await Promise.all([
        store.setUserRoles({ ...change('ada'), roles: [] }, AUDIT),
        store.disableUser(change('bob'), AUDIT),
      ]);
      same(outcomes.map(({ kind }) => kind).sort(), ['done', 'last-admin']);
      await store.setUserRoles({ ...change('ada'), roles: [ADMIN_ROLE] }, AUDIT);
      await store.enableUser(change('bob'), AUDIT);
      same((await store.disableUser(change('bob'), AUDIT)).kind, 'done');
      same(await store.disableUser(change('ada'), AUDIT), { kind: 'last-admin' });
      // Bob is disabled, so his role keeps nobody from anything.
      same((await store.setUserRoles({ ...change('bob'), roles: [] }, AUDIT)).kind, 'done');
    },
  },

  {
    name: 'disabling ends every session for good',
    async run({ store, user, session, clock, rotate }) {
      await user('ada');
      for (const id of ['a', 'b']) await session(id, 'ada');
      same(await store.disableUser(change('ada', 7), AUDIT), { kind: 'conflict' });
      matches(await store.disableUser(change('ada', 1), AUDIT), {
        kind: 'done',
        revokedSessions: 2,
        user: { disabledAt: clock.now(), tokensRevokedAt: clock.now() },
      });
      same((await store.sessionState('a'))?.userDisabledAt, clock.now());
      const since = clock.now();
      clock.advance(1);
      matches(await store.disableUser(change('ada'), AUDIT), {
        revokedSessions: 0,
        user: { disabledAt: since },
      });
      matches(await store.enableUser(change('ada'), AUDIT), {
        kind: 'done',
        user: { disabledAt: null },
      });
      same((await rotate('a', 0)).kind, 'revoked');
      same(await store.enableUser(change('nobody'), AUDIT), { kind: 'not-found' });
    },
  },

  {
    name: 'events are kept whole and read newest first',
    async run({ store, clock }) {
      const origin = { address: '::1', userAgent: 'x' };
      const details = { why: ['"', 1, null] };
      await store.recordEvent({
        event: 'login_failed',
        actorId: null,
        userId: 'u',
        origin,
        details,
      });
      clock.advance(1);
      await store.recordEvent({ event: 'logout', actorId: 'u', userId: 'u', sessionId: 's' });
      const events = await store.auditEvents({ userId: 'u', limit: 9 });
      matches(events, [
        { event: 'logout', at: clock.now(), details: null, ipAddress: null },
        { event: 'login_failed', sessionId: null, ipAddress: '::1', userAgent: 'x', details },
      ]);
      same(await store.auditEvents({ userId: 'u', limit: 1 }), events.slice(0, 1));
      same((await store.auditEvents({ sessionId: 's', userId: 'u', limit: 9 })).length, 1);
      same(await store.auditEvents({ event: 'login', limit: 9 }), []);
    },
  },

  {
    name: 'what is old goes in small batches, a revoked session only at its end',
    async run({ store, user, session, clock, rotate, row }) {
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
      same(await prune(0), 2 + 1);
      same(await prune(0), 1);
      same(await prune(0), 0);
      same(await row('a'), null);
      same((await rotate('revoked', 0)).kind, 'revoked');
      same((await store.auditEvents({ limit: 99 })).length, 6);
      same(await prune(before), 2 + 1);
      same(await store.knownAddress('ada', '192.0.2.1', 0), false);
    },
  },
];
