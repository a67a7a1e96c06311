import { matches, same } from './assert.js';
import { HOUR } from '../../time.js';
import type { Case } from './case.js';
import { AUDIT, AWAY, HOME } from './given.js';

export const sessionsCases: readonly Case[] = [
  {
    name: 'a login opens a session at generation 0, which counts as used',
    async run({ user, open, store, clock }) {
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
      matches(outcome, { kind: 'opened', session, user: { lastLoginAt: now } });
      matches(outcome, { grants: { roles: ['admin'], userChangeNumber: 1 } });
      same(await store.sessionsByIds(['s']), [session]);
      same((await store.usersByIds(['ada']))[0]?.lastLoginAt, now);
      same(await store.knownAddress('ada', '192.0.2.1', now), true);
      same(await store.knownAddress('ada', '192.0.2.1', now + 1), false);
      same(await store.knownAddress('ada', '192.0.2.2', 0), false);
    },
  },

  {
    name: 'a password changed meanwhile, a user who is gone and a disabled one open nothing',
    async run({ user, open, store }) {
      await user('ada');
      same(await open('a', 'ada', { expectedPasswordHash: 'old' }), { kind: 'changed' });
      same(await open('b', 'nobody'), { kind: 'changed' });
      await store.disableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT);
      same(await open('c', 'ada'), { kind: 'disabled' });
      same(await store.sessionsByIds(['a', 'b', 'c']), [null, null, null]);
    },
  },

  {
    name: 'beyond the limit the least recently used session ends',
    async run(given) {
      const { user, session, store, clock, row } = given;
      await user('ada');
      for (const id of ['first', 'second', 'third']) {
        await session(id, 'ada');
        clock.advance(1);
      }
      await given.rotate('first', 0);
      await session('fourth', 'ada', { maxSessions: 3 });
      matches(await row('second'), { revokedCause: 'too_many_sessions' });
      const [live] = await store.liveSessionsByUserIds(['ada']);
      same(
        live?.map(({ id }) => id),
        ['fourth', 'third', 'first'],
      );
    },
  },

  {
    name: 'the state of a session is all that a request needs',
    async run({ user, session, store }) {
      await user('ada');
      const { id, userId, generation, parent, usedGeneration, expiresAt, revokedAt } =
        await session('s', 'ada');
      same(await store.sessionState('s'), {
        session: { id, userId, generation, parent, usedGeneration, expiresAt, revokedAt },
        userDisabledAt: null,
        userChangeNumber: 1,
        roleTableVersion: (await store.roleTable()).version,
      });
      same(await store.sessionState("s' OR 1=1"), null);
    },
  },

  {
    name: 'a revoked session is seen as revoked at once, and is revoked once',
    async run({ user, session, store, clock }) {
      await user('ada');
      await session('s', 'ada');
      const logout = { event: 'logout' as const, actorId: 'ada' };
      const by = { by: 'id' as const, id: 's' };
      same(await store.revokeSessions({ ...by, userId: 'eve' }, 'revoked', logout), []);
      same(await store.revokeSessions(by, 'logout', logout), ['s']);
      same((await store.sessionState('s'))?.session.revokedAt, clock.now());
      same(await store.revokeSessions(by, 'revoked', logout), []);
      same((await store.sessionsByIds(['s']))[0]?.revokedCause, 'logout');
      matches(await store.auditEvents({ event: 'logout', limit: 9 }), [
        { sessionId: 's', at: clock.now() },
      ]);
    },
  },

  {
    name: 'all sessions of a user end, or all but one; those that ran out are not counted',
    async run({ user, session, store, clock }) {
      await user('ada');
      await user('bob');
      await session('over', 'ada', { expiresAt: clock.now() + 1 });
      for (const id of ['a', 'b', 'c']) await session(id, 'ada');
      await session('d', 'bob');
      clock.advance(1);
      const others = { by: 'user' as const, userId: 'ada', except: 'b' };
      same((await store.revokeSessions(others, 'revoked', AUDIT)).sort(), ['a', 'c']);
      same((await store.usersByIds(['ada']))[0]?.tokensRevokedAt, null);
      const all = { by: 'user' as const, userId: 'ada' };
      same(await store.revokeSessions(all, 'revoked', AUDIT), ['b']);
      same((await store.usersByIds(['ada']))[0]?.tokensRevokedAt, clock.now());
      same((await store.sessionState('d'))?.session.revokedAt, null);
    },
  },

  {
    name: 'of a user who does not exist nothing ends, and nothing is recorded',
    async run({ store }) {
      const event = { event: 'sessions_revoked' as const, actorId: null };
      same(await store.revokeSessions({ by: 'user', userId: 'nobody' }, 'revoked', event), []);
      same(await store.auditEvents({ event: 'sessions_revoked', limit: 9 }), []);
    },
  },

  {
    name: 'the first use of a generation is recorded, and never moves back',
    async run({ user, session, store, clock, row, rotate }) {
      await user('ada');
      await session('s', 'ada');
      for (const generation of [0, 1, 2]) await rotate('s', generation);
      clock.advance(5);
      store.markUsed('s', 2, clock.now());
      store.markUsed('s', 1, clock.now() + 1);
      store.markUsed('unknown', 1, clock.now());
      await store.recordEvent(AUDIT);
      matches(await row('s'), { usedGeneration: 2, lastUsedAt: clock.now() });
    },
  },

  {
    name: 'the first use of a generation is written within a second or so, though nothing else is',
    async run({ user, session, store, clock, row, rotate }) {
      await user('ada');
      await session('s', 'ada');
      await rotate('s', 0);
      store.markUsed('s', 1, clock.now());
      const deadline = performance.now() + 2000;
      while ((await row('s'))?.usedGeneration !== 1 && performance.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      same((await row('s'))?.usedGeneration, 1);
    },
  },

  {
    name: 'lists come in the order of the ids, whatever the ids',
    async run({ user, session, store, clock }) {
      await user('ada');
      await user('bob');
      await session('old', 'ada');
      clock.advance(1);
      await session('new', 'ada', { origin: AWAY });
      const ids = ['new', 'none', 'old', 'new', '"', ''];
      const found = await store.sessionsByIds(ids);
      same(
        found.map((row) => row?.id),
        ['new', undefined, 'old', 'new', undefined, undefined],
      );
      const live = await store.liveSessionsByUserIds(['bob', 'ada', 'none', 'ada']);
      same(
        live.map((rows) => rows.map(({ id }) => id)),
        [[], ['new', 'old'], [], ['new', 'old']],
      );
      same(await store.sessionsByIds([]), []);
      clock.advance(3600);
      same(await store.liveSessionsByUserIds(['ada']), [[]]);
    },
  },
];
