import { beforeEach, describe, expect, test } from '@jest/globals';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { afterQueries, beforeSlices, giveWay, queryCame, sliceState } from '../src/precedence.js';
import { busy } from './support/busy.js';
import { stopClock } from './support/stopClock.js';
import { until } from './support/until.js';

/** Longer than a query is remembered. */
const QUIET = 150;

let slices = 0;
beforeSlices(() => slices++);

beforeEach(async () => {
  await until(() => sliceState() === 'none');
  await delay(QUIET);
  slices = 0;
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** That many tasks that take so long; answers which are done. */
function tasks(count: number, milliseconds: number): number[] {
  const done: number[] = [];
  for (const n of numbers(count)) {
    afterQueries(() => {
      busy(milliseconds);
      done.push(n);
    });
  }
  return done;
}

test('while no query comes, everything is done at once', () => {
  const done = tasks(5, 0);
  expect(done).toEqual(numbers(5));
  expect(sliceState()).toBe('none');
  expect(slices).toBe(0);
});

test('a query is remembered for a tenth of a second', async () => {
  queryCame();
  const waiting = tasks(1, 0);
  expect(waiting).toEqual([]);
  await until(() => waiting.length === 1);
  await delay(QUIET);
  expect(tasks(1, 0)).toEqual([0]);
});

describe('while queries come', () => {
  beforeEach(() => queryCame());

  test('what changes something waits for them, in its order', async () => {
    const done = tasks(100, 0);
    expect(done).toEqual([]);
    expect(sliceState()).toBe('due');
    await until(() => sliceState() === 'none');
    expect(done).toEqual(numbers(100));
  });

  test('others are heard between two slices', async () => {
    const longest: number[] = [];
    for (let round = 0; round < 5; round++) {
      queryCame();
      const done = tasks(40, 0.3);
      let most = 0;
      for (let before = 0; done.length < 40; before = done.length) {
        await turn();
        most = Math.max(most, done.length - before);
      }
      longest.push(most);
    }
    expect(slices).toBeGreaterThan(5);
    // Where the machine was held up, the next slice is a long one.
    expect(Math.min(...longest)).toBeLessThan(20);
  });

  test('whoever waited for a task goes on before the next one', async () => {
    const order: string[] = [];
    const wait = async (n: number) => {
      await new Promise<void>(afterQueries);
      order.push(`${n} let go`);
      await Promise.resolve();
      order.push(`${n} goes on`);
    };
    await Promise.all(numbers(3).map(wait));
    expect(order).toEqual(numbers(3).flatMap((n) => [`${n} let go`, `${n} goes on`]));
  });

  test('queries that never end leave them a third of the time', async () => {
    const done = tasks(20, 0.5);
    let turns = 0;
    for (; done.length < 20; turns++) {
      queryCame();
      busy(4);
      await turn();
    }
    // A slice of two milliseconds for each four: four tasks, or one on a bad day.
    expect(turns).toBeLessThan(15);
  });

  test('the longer they wait, the more is done at a time', async () => {
    const done = tasks(400, 0.2);
    await until(() => done.length === 400);
    expect(slices).toBeLessThan(250);
  });

  test('what comes during a slice comes after those that wait', async () => {
    const order: string[] = [];
    afterQueries(() => {
      order.push('first');
      afterQueries(() => order.push('of the first'));
    });
    afterQueries(() => order.push('second'));
    await until(() => order.length === 3);
    expect(order).toEqual(['first', 'second', 'of the first']);
  });

  test('all that came in one turn are in the first slice, if they are done in time', async () => {
    stopClock();
    queryCame();
    let last = 0;
    for (let n = 0; n < 10; n++) afterQueries(() => (last = slices));
    await until(() => sliceState() === 'none');
    // What is ready is sent when the first comes, and before the slice.
    expect(last).toBe(2);
  });

  test('tasks are told from what overtakes them', async () => {
    const turns: string[] = [];
    afterQueries(() => turns.push(sliceState()));
    turns.push(sliceState());
    await until(() => turns.length === 2);
    expect(turns).toEqual(['due', 'running']);
  });
});

test('what is ready can be sent before work that takes long', () => {
  giveWay();
  expect(slices).toBe(1);
});
