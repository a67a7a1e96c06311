import { describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../src/store/store.js';
import { administrationContract } from './store/contract/administration.js';
import { AUDIT } from './store/contract/given.js';
import { useStore, type OpenEngine } from './store/contract/useStore.js';
import { keysContract } from './store/contract/keys.js';
import { rotationModelContract } from './store/contract/model.js';
import { rotationContract } from './store/contract/rotation.js';
import { sessionsContract } from './store/contract/sessions.js';
import { usersContract } from './store/contract/users.js';

/**
 * What every storage engine must do; nothing in it is optional.
 *
 * @param open makes an empty store for each test; the suite closes it
 */
export function storeContract(name: string, open: OpenEngine): void {
  describe(`the store on ${name}`, () => {
    const given = useStore(open);

    describe('users', () => usersContract(given));
    describe('sessions', () => sessionsContract(given));
    describe('rotation', () => {
      rotationContract(given);
      rotationModelContract(given);
    });
    describe('administration', () => administrationContract(given));
    describe('keys', () => keysContract(given));

    test('answers a ping, and refuses everything once it is closed', async () => {
      const { store } = given();
      await store.ping();
      await Promise.all([store.close(), store.close()]);
      await expect(store.recordEvent(AUDIT)).rejects.toThrow(StoreUnavailableError);
      await expect((async () => store.ping())()).rejects.toThrow(StoreUnavailableError);
      expect(() => store.markUsed('s', 1, 1)).not.toThrow();
    });

    test('a verb that fails spares its neighbours of the same turn', async () => {
      const { store, user } = given();
      await user('ada');
      const ada = { id: 'ada', email: 'other', passwordHash: null, createdAt: 1, roles: [] };
      const [first, second, third] = await Promise.allSettled([
        store.recordEvent(AUDIT),
        store.createUser(ada, AUDIT),
        store.recordEvent(AUDIT),
      ]);
      expect([first?.status, second?.status, third?.status]).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      expect(await store.auditEvents({ event: 'login', limit: 9 })).toHaveLength(2);
    });
  });
}
