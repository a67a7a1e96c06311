import { expect, test } from '@jest/globals';
import type { Io } from '../../src/cli/io.js';
import { awaitStart } from '../../src/cli/welcome.js';

const admin = { email: 'ann@example.com', password: 'shown-once' };
const told = async (started: Promise<string | void>, made: typeof admin | null = admin) => {
  let stdout = '';
  const io = { stdout: (text: string) => void (stdout += text) } as Io;
  const outcome = await awaitStart(started, io, () => made).catch((error: Error) => error.message);
  return { outcome, stdout };
};

test('a start that fails says who was made, and fails as it would have', async () => {
  const { outcome, stdout } = await told(Promise.reject(new Error('no port')));
  expect(outcome).toBe('no port');
  expect(stdout).toContain('  Email:    ann@example.com\n  Password: shown-once\n');
});

test('a start that is stopped says so too, and where nobody was made nothing is said', async () => {
  expect((await told(Promise.resolve())).stdout).toContain('Password: shown-once\n');
  expect((await told(Promise.resolve(), null)).stdout).toBe('');
});

test('a start that listens leaves it to the greeting', async () => {
  expect(await told(Promise.resolve('http://x'))).toEqual({ outcome: 'http://x', stdout: '' });
});
