import { describe, expect, test } from '@jest/globals';
import type { CounterStore } from '../../../src/store/limiter.js';

export const TEN = { name: 'login', points: 10, durationSeconds: 900 };

/**
 * What every engine's counters of attempts must do.
 *
 * @param make opens empty ones; whoever calls this closes them
 * @param isKept whether counters of the same name share their counts: in memory each keeps its own
 */
export function countersContract(
  name: string,
  make: () => Promise<{ limiter: CounterStore }>,
  isKept = true,
): void {
  describe(`attempts counted ${name}`, () => {
    test('a thousand at once on a limit of ten let ten through', async () => {
      const counter = (await make()).limiter.counter(TEN);
      const answers = await Promise.all(Array.from({ length: 1000 }, () => counter.consume('ada')));
      // Which ten is left open: over a network the first to be asked need not be the first to arrive.
      const through = answers.filter(({ allowed }) => allowed);
      expect(through).toEqual(Array(10).fill({ allowed: true, retryAfter: 0 }));
      for (const { retryAfter } of answers.filter(({ allowed }) => !allowed)) {
        expect(retryAfter).toBeGreaterThan(890);
        expect(retryAfter).toBeLessThanOrEqual(900);
      }
      expect(await counter.consume('bob')).toMatchObject({ allowed: true });
    });

    test('what is given back can be taken again, after a flood too', async () => {
      const counter = (await make()).limiter.counter(TEN);
      await Promise.all(Array.from({ length: 50 }, () => counter.consume('ada')));
      expect(await counter.peek('ada')).toMatchObject({ allowed: false });
      await counter.giveBack('ada');
      expect(await counter.peek('ada')).toEqual({ allowed: true, retryAfter: 0 });
      expect(await counter.consume('ada')).toMatchObject({ allowed: true });
      expect(await counter.consume('ada')).toMatchObject({ allowed: false });
    });

    test('nothing can be saved up', async () => {
      const counter = (await make()).limiter.counter(TEN);
      await Promise.all(Array.from({ length: 20 }, () => counter.giveBack('ada', 3)));
      const answers = await Promise.all(Array.from({ length: 15 }, () => counter.consume('ada')));
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
    });

    test('several points that do not fit use up what was left', async () => {
      const counter = (await make()).limiter.counter(TEN);
      expect(await counter.consume('ada', 8)).toMatchObject({ allowed: true });
      expect(await counter.consume('ada', 5)).toMatchObject({ allowed: false });
      expect(await counter.consume('ada')).toMatchObject({ allowed: false });
      await counter.giveBack('ada', 8);
      expect(await counter.consume('ada', 8)).toMatchObject({ allowed: true });
    });

    test('counters of other names and other windows do not meet', async () => {
      const { limiter } = await make();
      await limiter.counter(TEN).consume('ada', 10);
      expect(await limiter.counter(TEN).peek('ada')).toMatchObject({ allowed: !isKept });
      expect(await limiter.counter({ ...TEN, name: 'other' }).peek('ada')).toMatchObject({
        allowed: true,
      });
    });

    test.each([
      { ...TEN, points: 0 },
      { ...TEN, points: 1.5 },
      { ...TEN, durationSeconds: NaN },
      { ...TEN, name: 'a b' },
    ])('%j is refused', async (options) => {
      const { limiter } = await make();
      expect(() => limiter.counter(options)).toThrow(TypeError);
    });
  });
}
