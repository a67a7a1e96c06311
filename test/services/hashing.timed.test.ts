import { describe, expect, test } from '@jest/globals';
import { createPasswordHasher } from '../../src/tokens/password.js';
import { codeOf, PASSWORD, testAuth, type TestAuth } from '../support/auth.js';

const LOGIN = `mutation($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) { accessToken } }`;

const login = (it: TestAuth, email: string, password: string, address = '192.0.2.1') =>
  it.run(LOGIN, { variables: { email, password }, address });

const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
const quantile = (values: number[], part: number) =>
  sorted(values)[Math.floor(values.length * part)] as number;

/** An address for each, so that no counter stands in the way. */
const address = (index: number) => `198.51.${Math.floor(index / 250)}.${index % 250}`;

describe('passwords at their real cost', () => {
  test('a wrong password, an unknown account and a disabled one take the same time', async () => {
    const it = await testAuth({}, { hasher: createPasswordHasher() });
    await it.signup('ann@example.com');
    const gone = await it.signup('gone@example.com');
    await it.auth.services.administration.disableUser({ viewer: null }, gone.user.id);
    const times: Record<string, number[]> = { ann: [], nobody: [], gone: [] };
    for (let index = 0; index < 40; index++) {
      for (const [name, taken] of Object.entries(times)) {
        const start = performance.now();
        const result = await login(it, `${name}@example.com`, 'wrong one', address(index));
        taken.push(performance.now() - start);
        expect(codeOf(result)).toBe('INVALID_CREDENTIALS');
      }
    }
    const medians = sorted(Object.values(times).map((taken) => quantile(taken, 0.5)));
    expect((medians[2] as number) / (medians[0] as number)).toBeLessThan(1.2);
  });

  test('reads stay fast beside a hundred logins at once', async () => {
    const it = await testAuth({}, { hasher: createPasswordHasher() });
    await it.signup('ann@example.com');
    // Of who logs in a hundred times, the first session ends with the last login.
    const { accessToken: token } = await it.signup('reader@example.com');
    let isDone = false;
    const logins = Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        login(it, 'ann@example.com', PASSWORD, address(index)),
      ),
    ).finally(() => (isDone = true));
    const times: number[] = [];
    while (!isDone) {
      const start = performance.now();
      expect((await it.run('{ me { email } }', { token })).errors).toBeUndefined();
      times.push(performance.now() - start);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await logins).map(codeOf)).toEqual(Array(100).fill(''));
    expect(times.length).toBeGreaterThan(100);
    expect(quantile(times, 0.99)).toBeLessThan(100);
  });

  test('what the queue has no room for is RATE_LIMITED with retryAfter, and is no attempt', async () => {
    const hasher = createPasswordHasher({ parallelism: 1, queueLimit: 4 });
    const it = await testAuth({}, { hasher });
    const { accessToken: token } = await it.signup();
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        login(it, index % 2 ? 'ann@example.com' : 'nobody@example.com', PASSWORD, address(index)),
      ),
    );
    const limited = results.filter((result) => codeOf(result) === 'RATE_LIMITED');
    expect(limited).toHaveLength(25);
    for (const { errors } of limited) {
      expect(errors?.[0]?.extensions['retryAfter']).toBeGreaterThanOrEqual(1);
    }
    expect((await it.run('{ me { email } }', { token })).errors).toBeUndefined();
    // Twice as many again from one address: had the busy ones been counted, it would be limited now.
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 9 }, () => login(it, 'ann@example.com', PASSWORD)));
    }
    expect(codeOf(await login(it, 'ann@example.com', PASSWORD))).toBe('');
  });
});
