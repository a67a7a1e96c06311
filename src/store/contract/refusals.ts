import { HOUR, MINUTE } from '../../time.js';
import { matches, same } from './assert.js';
import type { Case } from './case.js';
import { AUDIT } from './given.js';
import { start } from './rotation.js';

/** Who is not rotated, and why. */
export const refusalCases: readonly Case[] = [
  {
    name: 'a stranger and an unknown session are unknown, and revoke nothing',
    async run(given) {
      const { rotate, user, row } = await start(given);
      await user('eve');
      same(await rotate('s', 0, { userId: 'eve' }), { kind: 'unknown' });
      same(await rotate('nowhere', 0), { kind: 'unknown' });
      same((await row('s'))?.revokedAt, null);
    },
  },

  ...[-1, 0.5, NaN, 2 ** 53].map((generation): Case => ({
    name: `generation ${generation} is none of ours, and revokes nothing`,
    async run(given) {
      const { rotate, row } = await start(given);
      same(await rotate('s', generation), { kind: 'unknown' });
      matches(await row('s'), { generation: 0, revokedAt: null });
    },
  })),

  {
    name: 'disabled is said before revoked, revoked before ended, ended before the table',
    async run(given) {
      const { rotate, clock, store } = await start(given);
      await given.session('ended', 'ada');
      await store.revokeSessions({ by: 'id', id: 's' }, 'logout', AUDIT);
      clock.advance(3600);
      same(await rotate('s', 0), { kind: 'revoked' });
      same(await rotate('ended', 0), { kind: 'ended' });
      same(await rotate('ended', 0, { window: HOUR }), { kind: 'ended' });
      const change = { userId: 'ada', expectedChangeNumber: null };
      await store.disableUser(change, AUDIT);
      same(await rotate('s', 0), { kind: 'disabled' });
      same(await rotate('ended', 0), { kind: 'disabled' });
      await store.enableUser(change, AUDIT);
      same(await rotate('s', 0), { kind: 'revoked' });
    },
  },

  {
    name: 'the window from the login ends a session whose row lives longer',
    async run(given) {
      const { rotate, clock } = await start(given);
      clock.advance(59);
      same((await rotate('s', 0, { window: MINUTE })).kind, 'rotated');
      clock.advance(1);
      same((await rotate('s', 1, { window: MINUTE })).kind, 'ended');
      same((await rotate('s', 1)).kind, 'rotated');
    },
  },
];
