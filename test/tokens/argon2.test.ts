import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { onHashThread, type Hashing } from '../../src/tokens/argon2.js';
import { until } from '../support/until.js';

const NICENESS = 15;
/** Of the suites that ran before in this process. */
const ofOthers = new Set(threadsOf(NICENESS));

const options = { memoryCost: 64, timeCost: 1, parallelism: 1, algorithm: 2 };
const hashing = (password: string): Hashing => ({ verb: 'hash', password, options });
const made = async (password: string): Promise<string> => {
  const [answer] = await onHashThread([hashing(password)]);
  if (answer?.status !== 'fulfilled') throw new Error('There is no hash.', { cause: answer });
  return answer.value as string;
};
const dummy = await made('of nobody');
const comparing = (hash: string, password: string): Hashing => ({
  ...{ verb: 'verify', hash, password, dummy },
});
const answered = (value: unknown) => ({ status: 'fulfilled', value });
const onLinux = process.platform === 'linux' ? test : test.skip;

/** Threads of this process that are so nice (proc_pid_stat(5), field 19). */
function threadsOf(niceness: number): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/task').filter((task) => {
    try {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) === niceness;
    } catch {
      return false;
    }
  });
}

const threads = () => threadsOf(NICENESS).filter((task) => !ofOthers.has(task)).length;

afterEach(() => {
  jest.useRealTimers();
});

describe('threads that hash', () => {
  test('hash and compare', async () => {
    const hash = await made('correct horse');
    expect(
      await onHashThread([comparing(hash, 'correct horse'), comparing(hash, 'another')]),
    ).toEqual([answered(true), answered(false)]);
  });

  test('compare with the hash of nobody where there is none, and match nothing', async () => {
    expect(await onHashThread([comparing('no hash', ''), comparing('', 'of nobody')])).toEqual([
      answered(false),
      answered(false),
    ]);
  });

  test('tell of what argon2 refuses, and do the rest', async () => {
    const refused: Hashing = { verb: 'hash', password: 'x', options: { ...options, timeCost: 0 } };
    const answers = await onHashThread([hashing('a'), refused, comparing(dummy, 'of nobody')]);
    expect(answers).toEqual([
      answered(expect.stringContaining('$argon2id$')),
      {
        status: 'rejected',
        reason: expect.objectContaining({ message: expect.stringContaining('Time cost') }),
      },
      answered(true),
    ]);
  });

  test('keep answers apart, however many ask at once', async () => {
    const passwords = Array.from({ length: 24 }, (_, n) => `password ${n}`);
    for (let from = 0; from < passwords.length; from += 4) {
      const four = passwords.slice(from, from + 4);
      const hashes = await Promise.all(four.map(made));
      const compared = await Promise.all(
        hashes.map((hash, n) =>
          onHashThread([comparing(hash, four[n] as string), comparing(hash, `${four[n]}?`)]),
        ),
      );
      expect(compared).toEqual(hashes.map(() => [answered(true), answered(false)]));
    }
  });

  onLinux('are as many as ask at once, and go behind all others of the process', async () => {
    await Promise.all(Array.from({ length: 4 }, () => made('x')));
    expect(threads()).toBe(4);
    expect(threadsOf(0)).toContain(String(process.pid));
    for (let n = 0; n < 10; n++) await made('x');
    expect(threads()).toBe(4);
  });

  onLinux('end when nobody has needed them for a minute, and come again', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await Promise.all(Array.from({ length: 4 }, () => made('x')));
    jest.advanceTimersByTime(59_000);
    expect(await made('x')).toContain('$argon2id$');
    jest.advanceTimersByTime(2_000);
    await until(() => threads() === 1);
    jest.advanceTimersByTime(60_000);
    await until(() => threads() === 0);
    expect(await made('x')).toContain('$argon2id$');
    expect(threads()).toBe(1);
  });
});
