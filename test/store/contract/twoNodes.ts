import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AUDIT, givenOf, type Given } from './given.js';
import type { OpenEngine } from './useStore.js';
import { silentLog } from '../../../src/log.js';
import { testClock } from '../../support/clock.js';

/**
 * What holds between processes that share one database.
 *
 * @param place answers a way to open another place that is empty, as often as it is asked
 */
export function twoNodesContract(name: string, place: () => OpenEngine): void {
  describe(`two stores on ${name}`, () => {
    let here: Given;
    let there: Given;
    beforeEach(async () => {
      const clock = testClock();
      const open = place();
      here = givenOf(await open({ clock, log: silentLog }), clock);
      there = givenOf(await open({ clock, log: silentLog }), clock);
      await here.user('ada');
      await here.session('s', 'ada');
    });
    afterEach(() => Promise.all([here.store.close(), there.store.close()]));

    test('a session revoked by one is revoked for the other at once', async () => {
      await there.store.sessionState('s');
      await here.store.revokeSessions({ by: 'id', id: 's' }, 'logout', AUDIT);
      expect((await there.store.sessionState('s'))?.session.revokedAt).toBe(here.clock.now());
    });

    test('a user disabled by one is disabled for the other at once', async () => {
      await there.store.sessionState('s');
      await here.store.disableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT);
      expect((await there.store.sessionState('s'))?.userDisabledAt).toBe(here.clock.now());
      expect(await there.rotate('s', 0)).toEqual({ kind: 'disabled' });
    });

    test('a role changed by one is changed for the other at once', async () => {
      const editor = { name: 'editor', scopes: ['a'], expectedVersion: null };
      await there.store.roleTable();
      await here.store.upsertRole({ ...editor, description: 'One.' }, AUDIT);
      expect((await there.store.roleTable()).roles[1]).toMatchObject({ description: 'One.' });
      await here.store.upsertRole({ ...editor, description: 'Two.' }, AUDIT);
      expect(await there.rotate('s', 0)).toMatchObject({
        grants: { roleTable: { roles: [{}, { description: 'Two.' }] } },
      });
    });

    test('a hundred rotations from both are one step together', async () => {
      const nodes = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? here : there));
      const outcomes = await Promise.all(nodes.map((node) => node.rotate('s', 0)));
      expect(outcomes.filter(({ kind }) => kind === 'rotated')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'repeated')).toHaveLength(99);
    });

    test('of two administrators whom both take away at once, one stays, ten times', async () => {
      for (const id of ['bob', 'eve']) await here.user(id, { roles: ['admin'] });
      const change = { expectedChangeNumber: null };
      for (let round = 0; round < 10; round++) {
        const outcomes = await Promise.all([
          here.store.disableUser({ ...change, userId: 'bob' }, AUDIT),
          there.store.setUserRoles({ ...change, userId: 'eve', roles: [] }, AUDIT),
        ]);
        expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', 'last-admin']);
        await here.store.enableUser({ ...change, userId: 'bob' }, AUDIT);
        await here.store.setUserRoles({ ...change, userId: 'eve', roles: ['admin'] }, AUDIT);
      }
    });

    test('no login slips through a revocation of all, fifteen times', async () => {
      for (let round = 0; round < 15; round++) {
        const id = `s${round}`;
        const [outcome] = await Promise.all([
          there.open(id, 'ada', { expectedPasswordHash: 'hash' }),
          here.store.disableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT),
        ]);
        const state = await here.store.sessionState(id);
        // Either it came too late, or it opened before and has ended with the others.
        if (outcome.kind === 'opened') expect(state?.session.revokedAt).not.toBeNull();
        else expect(outcome.kind).toBe('disabled');
        await here.store.enableUser({ userId: 'ada', expectedChangeNumber: null }, AUDIT);
      }
    });
  });
}
