import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/log.js';
import { openStore } from '../../src/store/open.js';
import { testClock } from '../support/clock.js';
import { useFolder } from '../support/folder.js';
import { storeContract } from '../storeContract.js';
import { AUDIT, givenOf, type Given } from './contract/given.js';

const folder = useFolder();
let files = 0;

storeContract('a SQLite file', (options) => openStore(folder(`${files++}.db`), options));
storeContract('SQLite in memory', (options) => openStore(':memory:', options));

describe('two stores on one file', () => {
  let here: Given;
  let there: Given;
  beforeEach(async () => {
    const clock = testClock();
    const path = folder(`${files++}.db`);
    here = givenOf(await openStore(path, { clock, log: silentLog }), clock);
    there = givenOf(await openStore(path, { clock, log: silentLog }), clock);
    await here.user('ada');
    await here.session('s', 'ada');
  });
  afterEach(() => Promise.all([here.store.close(), there.store.close()]));

  test('a session revoked by one is revoked for the other at once', async () => {
    await there.store.sessionState('s');
    await here.store.revokeSessions({ by: 'id', id: 's' }, 'logout', AUDIT);
    expect((await there.store.sessionState('s'))?.session.revokedAt).toBe(here.clock.now());
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
});
