import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { onHashThread } from '../../src/tokens/argon2.js';

const cost = { memoryCost: 64, timeCost: 1, parallelism: 1, algorithm: 2 };
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

/** Of the suites that ran before in this process. */
const ofOthers = new Set(threadsOf(10));
const hashing = () => threadsOf(10).filter((task) => !ofOthers.has(task)).length;

async function until(condition: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !condition(); n++) await pause(10);
  expect(condition()).toBe(true);
}

afterEach(() => {
  jest.useRealTimers();
});

describe('threads that hash', () => {
  test('hash and verify', async () => {
    const hash = await onHashThread('hashSync', 'correct horse', cost);
    expect(await onHashThread('verifySync', hash, 'correct horse')).toBe(true);
    expect(await onHashThread('verifySync', hash, 'another')).toBe(false);
  });

  test('tell of what argon2 refuses, and go on', async () => {
    await expect(onHashThread('verifySync', 'no hash', 'x')).rejects.toThrow();
    const hash = await onHashThread('hashSync', 'x', cost);
    expect(await onHashThread('verifySync', hash, 'x')).toBe(true);
  });

  test('keep answers apart, however many ask at once', async () => {
    const passwords = Array.from({ length: 24 }, (_, n) => `password ${n}`);
    const hashes: string[] = [];
    for (let from = 0; from < passwords.length; from += 4) {
      const four = passwords.slice(from, from + 4);
      hashes.push(
        ...(await Promise.all(four.map((password) => onHashThread('hashSync', password, cost)))),
      );
    }
    for (const [n, hash] of hashes.entries()) {
      expect(await onHashThread('verifySync', hash, passwords[n] as string)).toBe(true);
      expect(await onHashThread('verifySync', hash, `${passwords[n]}?`)).toBe(false);
    }
  });

  onLinux('are as many as ask at once, and go behind all others of the process', async () => {
    await Promise.all(Array.from({ length: 4 }, () => onHashThread('hashSync', 'x', cost)));
    expect(hashing()).toBe(4);
    expect(threadsOf(0)).toContain(String(process.pid));
    for (let n = 0; n < 10; n++) await onHashThread('hashSync', 'x', cost);
    expect(hashing()).toBe(4);
  });

  onLinux('end when nobody has needed them for a minute, and come again', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await Promise.all(Array.from({ length: 4 }, () => onHashThread('hashSync', 'x', cost)));
    jest.advanceTimersByTime(59_000);
    expect(await onHashThread('hashSync', 'x', cost)).toContain('$argon2id$');
    jest.advanceTimersByTime(2_000);
    await until(() => hashing() === 1);
    jest.advanceTimersByTime(60_000);
    await until(() => hashing() === 0);
    expect(await onHashThread('hashSync', 'x', cost)).toContain('$argon2id$');
    expect(hashing()).toBe(1);
  });
});
