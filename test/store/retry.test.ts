import { describe, expect, test } from '@jest/globals';
import { backoff, withRetry } from '../../src/store/retry.js';

describe('the pause before another try', () => {
  test('doubles up to a quarter of a second, half of it by chance', () => {
    const pauses = [1, 2, 3, 10, 100].map((attempt) => backoff(attempt, () => 0));
    expect(pauses).toEqual([2.5, 5, 10, 125, 125]);
    expect(backoff(1, () => 0.999)).toBeCloseTo(5, 1);
    expect(backoff(100, () => 0.999)).toBeLessThanOrEqual(250);
  });
});

describe('a step that fails', () => {
  const failing = (failures: number) => {
    let calls = 0;
    return () => {
      if (++calls <= failures) throw new Error(`failure ${calls}`);
      return calls;
    };
  };
  const options = { attempts: 3, random: () => 0, mayPass: () => true };

  test('is tried again, so often and no more', async () => {
    expect(await withRetry(failing(2), options)).toBe(3);
    await expect(withRetry(failing(3), options)).rejects.toThrow('failure 3');
  });

  test('is not tried again where that cannot help', async () => {
    await expect(withRetry(failing(1), { ...options, mayPass: () => false })).rejects.toThrow(
      'failure 1',
    );
  });
});
