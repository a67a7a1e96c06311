/** A password is set by whoever has made sure whose account it is: the command line, a link that was mailed. */
import { describe, expect, test } from '@jest/globals';
import { codeOf, PASSWORD, testAuth, type TestAuth } from '../support/auth.js';

const NEXT = 'another long sentence';

const login = (it: TestAuth, password: string) =>
  it.run(
    `mutation { login(input: { email: "ann@example.com", password: "${password}" }) { accessToken } }`,
  );

describe('a password that is set', () => {
  test('takes the place of the last one, and every session ends', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const origin = { address: '198.51.100.7', userAgent: 'mail' };
    const input = { userId: ann.user.id, newPassword: NEXT };
    expect(await it.auth.services.setPassword(input, origin)).toMatchObject({ ok: true });
    expect(codeOf(await it.run('{ session { id } }', { token: ann.accessToken }))).toBe(
      'UNAUTHENTICATED TOKEN_REVOKED',
    );
    const refresh = `mutation { refreshToken(input: { refreshToken: "${ann.refreshToken}" }) { accessToken } }`;
    expect(codeOf(await it.run(refresh))).toBe('SESSION_REVOKED');
    expect(codeOf(await login(it, PASSWORD))).toBe('INVALID_CREDENTIALS');
    expect((await login(it, NEXT)).errors).toBeUndefined();
    const events = await it.store.auditEvents({ limit: 20 });
    expect(events.find(({ event }) => event === 'password_changed')).toMatchObject({
      actorId: null,
      userId: ann.user.id,
      ipAddress: '198.51.100.7',
    });
  });

  test('is refused where it is weak, and nothing ends', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const set = (newPassword: string) =>
      it.auth.services.setPassword({ userId: ann.user.id, newPassword });
    for (const weak of ['password', 'short', 'ann@example.com']) {
      expect(await set(weak)).toMatchObject({
        ok: false,
        code: 'WEAK_PASSWORD',
        details: { field: 'newPassword' },
      });
    }
    expect((await it.run('{ session { id } }', { token: ann.accessToken })).errors).toBeUndefined();
  });

  test('is refused to who is unknown, and to who is disabled', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const set = (userId: string) => it.auth.services.setPassword({ userId, newPassword: NEXT });
    expect(await set('nobody')).toMatchObject({ ok: false, code: 'NOT_FOUND' });
    await it.auth.services.administration.disableUser({ viewer: null }, ann.user.id);
    expect(await set(ann.user.id)).toMatchObject({ ok: false, code: 'ACCOUNT_DISABLED' });
  });
});

describe('an account without a password', () => {
  test('opens for nobody by a password until one is set', async () => {
    const it = await testAuth();
    const { users, setPassword, loginUser } = it.auth.services;
    const made = await users.create(
      { email: 'Ann@Example.com', password: null },
      { event: 'user_created' },
    );
    if (!made.ok) throw new Error(made.code);
    const { id } = made.value;
    for (const guess of ['', 'null', PASSWORD]) {
      expect(codeOf(await login(it, guess))).toBe('INVALID_CREDENTIALS');
    }
    expect(await loginUser(id, { address: null, userAgent: null })).toMatchObject({
      ok: true,
      value: { viewer: { id } },
    });
    await setPassword({ userId: id, newPassword: NEXT });
    expect((await login(it, NEXT)).errors).toBeUndefined();
  });

  test('is found by its email in upper and lower case', async () => {
    const it = await testAuth();
    const ann = await it.signup();
    const { users } = it.auth.services;
    expect((await users.findByEmail(' ANN@example.com '))?.id).toBe(ann.user.id);
    expect(await users.findByEmail('bob@example.com')).toBeNull();
  });
});
