import { describe, expect, test } from '@jest/globals';
import { createPasswordHasher } from '../../src/tokens/password.js';
import { codeOf, PASSWORD, testAuth } from '../support/auth.js';

const LOGIN = `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { accessToken } }`;
const CHANGE = `mutation { changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "another good one" }) { accessToken } }`;

/** Ann has signed up; then the parameters of hashing were changed. */
async function withOlderHash() {
  const before = await testAuth();
  const ann = await before.signup();
  const cost = { memoryCost: 128, timeCost: 1, parallelism: 1 };
  const it = await testAuth({}, { before, hasher: createPasswordHasher({ cost }) });
  const hash = async () => (await it.store.userByEmail('ann@example.com'))?.passwordHash;
  return { it, ann, hash };
}

describe('a hash made with other parameters', () => {
  test('is made anew at the next login, once, and the password stays good', async () => {
    const { it, hash } = await withOlderHash();
    expect(await hash()).toContain('m=64,');
    expect((await it.run(LOGIN)).errors).toBeUndefined();
    const upgraded = await hash();
    expect(upgraded).toContain('m=128,');
    expect((await it.run(LOGIN)).errors).toBeUndefined();
    expect(await hash()).toBe(upgraded);
  });

  test('ends no session when it is made anew', async () => {
    const { it, ann } = await withOlderHash();
    await it.run(LOGIN);
    expect((await it.run('{ session { id } }', { token: ann.accessToken })).errors).toBeUndefined();
  });

  test('eight logins at once all succeed, though only one of them writes the new hash', async () => {
    const { it } = await withOlderHash();
    const results = await Promise.all(Array.from({ length: 8 }, () => it.run(LOGIN)));
    expect(results.map(codeOf)).toEqual(Array(8).fill(''));
    expect(await it.store.auditEvents({ event: 'login_failed', limit: 10 })).toEqual([]);
  });

  test('a password change beside logins still ends with the new password', async () => {
    const { it, ann } = await withOlderHash();
    const token = ann.accessToken;
    const [changed] = await Promise.all([it.run(CHANGE, { token }), it.run(LOGIN), it.run(LOGIN)]);
    expect(codeOf(changed)).toBe('');
    expect(codeOf(await it.run(LOGIN))).toBe('INVALID_CREDENTIALS');
  });
});
