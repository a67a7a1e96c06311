import { expect, test } from '@jest/globals';
import { testAuth } from '../support/auth.js';

const DAY = 86_400;

test('what has expired goes, in batches; what lives and what may still be replayed stays', async () => {
  const it = await testAuth();
  const ann = await it.signup();
  for (let index = 0; index < 450; index++) {
    void it.store.recordEvent({ event: 'login_failed', actorId: null });
  }
  const revoke = { by: 'user', userId: ann.user.id } as const;
  await it.store.revokeSessions(revoke, 'logout', { event: 'logout', actorId: null });
  expect(await it.auth.services.upkeep.pruneNow()).toBe(0);

  it.clock.advance(8 * DAY);
  await it.auth.services.upkeep.pruneNow();
  expect(await it.store.sessionsByIds([ann.session.id])).toEqual([null]);
  expect(await it.store.auditEvents({ limit: 1000 })).not.toHaveLength(0);

  it.clock.advance(91 * DAY);
  expect(await it.auth.services.upkeep.pruneNow()).toBeGreaterThanOrEqual(450);
  expect(await it.store.auditEvents({ limit: 1000 })).toEqual([]);
  expect(await it.store.usersByIds([ann.user.id])).not.toEqual([null]);
});
