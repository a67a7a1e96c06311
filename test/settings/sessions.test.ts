import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth, type TestAuth } from '../support/auth.js';
import { ask, REFRESH, served } from './support.js';

const refresh = (it: TestAuth, token: string) => it.run(REFRESH, { variables: { token } });

describe('refreshReuseInterval', () => {
  test('is how long a spent token answers with the pair that replaced it', async () => {
    const it = await testAuth({ refreshReuseInterval: '5s' });
    const { refreshToken } = await it.signup();
    const { data } = await refresh(it, refreshToken);
    expect(
      codeOf(await it.run('{ session { id } }', { token: data.refreshToken.accessToken })),
    ).toBe('');
    it.clock.advance(5);
    const again = await refresh(it, refreshToken);
    expect(again.data.refreshToken.refreshToken).toBe(data.refreshToken.refreshToken);
    it.clock.advance(0.001);
    expect(codeOf(await refresh(it, refreshToken))).toBe('REFRESH_TOKEN_REUSED');
  });

  test('of 0 is strict: a second use at the same moment ends the session', async () => {
    const it = await testAuth({ refreshReuseInterval: 0 });
    const { refreshToken } = await it.signup();
    await refresh(it, refreshToken);
    expect(codeOf(await refresh(it, refreshToken))).toBe('REFRESH_TOKEN_REUSED');
  });
});

describe('signup', () => {
  test('closed lets nobody make an account but the command line, and everybody log in', async () => {
    const it = await testAuth({ signup: 'closed' });
    const closed = await it.run(
      `mutation { signup(input: { email: "eve@example.com", password: "${PASSWORD}" }) { accessToken } }`,
    );
    expect(codeOf(closed)).toBe('FORBIDDEN POLICY_DENIED');
    expect(await it.store.countUsers(null)).toBe(0);
    expect((await it.person('ann@example.com')).accessToken).toEqual(expect.any(String));
  });
});

describe('onInvalidToken', () => {
  test.each([
    ['continue', 200, null],
    ['reject', 401, expect.stringMatching(/^Bearer error="invalid_token"/)],
  ])('%s answers a refused token with %i', async (onInvalidToken, status, challenge) => {
    const { server } = await served({ GATEHOUSE_ON_INVALID_TOKEN: onInvalidToken });
    const answer = await ask(server.url, '{ me { id } }', {
      headers: { authorization: 'Bearer a.b.c' },
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('www-authenticate')).toEqual(challenge);
  });
});

/** The events that are left when records of these ages have been pruned. */
async function eventsAfter(settings: object, days: number): Promise<string[]> {
  const it = await testAuth(settings);
  const { refreshToken } = await it.signup();
  await refresh(it, refreshToken);
  it.clock.advance(days * 86_400);
  await it.auth.services.upkeep.pruneNow();
  return (await it.store.auditEvents({ limit: 10 })).map(({ event }) => event).sort();
}

describe('auditRetention', () => {
  test('is how long audit records are kept', async () => {
    const settings = { auditRetention: '3d', refreshAuditRetention: '30d' };
    expect(await eventsAfter(settings, 2)).toEqual(['login', 'refresh', 'signup']);
    expect(await eventsAfter(settings, 4)).toEqual(['refresh']);
  });
});

describe('refreshAuditRetention', () => {
  test('is how long records of plain refreshes are kept', async () => {
    expect(await eventsAfter({ refreshAuditRetention: '3d' }, 2)).toContain('refresh');
    expect(await eventsAfter({ refreshAuditRetention: '3d' }, 4)).toEqual(['login', 'signup']);
  });
});
