import assert from 'node:assert/strict';
import { StoreUnavailableError } from '../failures.js';
import { same } from './assert.js';
import type { Case } from './case.js';
import { AUDIT } from './given.js';

/** What holds for a store as a whole. */
export const wholeCases: readonly Case[] = [
  {
    name: 'answers a ping, and refuses everything once it is closed',
    async run({ store }) {
      await store.ping();
      await Promise.all([store.close(), store.close()]);
      await assert.rejects(store.recordEvent(AUDIT), StoreUnavailableError);
      await assert.rejects(async () => store.ping(), StoreUnavailableError);
      store.markUsed('s', 1, 1);
    },
  },
  {
    name: 'a verb that fails spares its neighbours of the same turn',
    async run({ store, user }) {
      await user('ada');
      const ada = { id: 'ada', email: 'other', passwordHash: null, createdAt: 1, roles: [] };
      const outcomes = await Promise.allSettled([
        store.recordEvent(AUDIT),
        store.createUser(ada, AUDIT),
        store.recordEvent(AUDIT),
      ]);
      const how = outcomes.map(({ status }) => status);
      same(how, ['fulfilled', 'rejected', 'fulfilled']);
      same((await store.auditEvents({ event: 'login', limit: 9 })).length, 2);
    },
  },
];
