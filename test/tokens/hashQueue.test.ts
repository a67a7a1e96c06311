import { describe, expect, test } from '@jest/globals';
import { HashQueue, type Work } from '../../src/tokens/hashQueue.js';

const options = { memoryCost: 64, timeCost: 1, parallelism: 1, algorithm: 2 };
const hashing = (password: string): Work => ({ verb: 'hash', password, options });
const comparing = (hash: string, password: string): Work => ({
  ...{ verb: 'verify', hash, password, dummy: hash },
});

const queueOf = (parallelism: number, queueLimit = 1000) =>
  new HashQueue({ parallelism, queueLimit, now: () => performance.now() });

/** How many are answered by the same message of a thread, message by message: ticks run after each of them. */
async function batchesOf(queue: HashQueue, works: Work[]): Promise<number[]> {
  const batches: number[] = [];
  let open = false;
  await Promise.all(
    works.map(async (work) => {
      await queue.add(work);
      if (!open) {
        open = true;
        batches.push(0);
        process.nextTick(() => (open = false));
      }
      batches[batches.length - 1] = (batches.at(-1) as number) + 1;
    }),
  );
  return batches;
}

describe('passwords that wait for each other', () => {
  test('are answered in the order in which they came', async () => {
    const queue = queueOf(1);
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 150 }, async (_, n) => {
        await queue.add(hashing('x'));
        order.push(n);
      }),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('are answered together where many wait, and one by one where few do', async () => {
    const many = await batchesOf(
      queueOf(1),
      Array.from({ length: 101 }, () => hashing('x')),
    );
    expect(Math.max(...many)).toBe(8);
    expect(many.slice(-8)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    const few = await batchesOf(
      queueOf(2),
      Array.from({ length: 17 }, () => hashing('x')),
    );
    expect(few).toEqual(few.map(() => 1));
  });

  test('share no answer, nor the failure of another', async () => {
    const queue = queueOf(1);
    const hash = (await queue.add(hashing('right'))) as string;
    const refused: Work = { verb: 'hash', password: 'x', options: { ...options, timeCost: 0 } };
    const works = Array.from({ length: 90 }, (_, n) =>
      n % 3 === 0
        ? comparing(hash, 'right')
        : n % 3 === 1
          ? comparing(hash, `wrong ${n}`)
          : refused,
    );
    const answers = await Promise.allSettled(works.map((work) => queue.add(work)));
    answers.forEach((answer, n) => {
      expect(answer).toEqual(
        n % 3 === 2
          ? { status: 'rejected', reason: expect.objectContaining({ message: expect.any(String) }) }
          : { status: 'fulfilled', value: n % 3 === 0 },
      );
    });
    expect(queue.pending).toBe(0);
  });

  test('wait for what is hashed elsewhere as for any other, and it for them', async () => {
    const queue = queueOf(2);
    let running = 0;
    let most = 0;
    const elsewhere: Work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return true;
    };
    const failing: Work = () => {
      throw new TypeError('This hash is damaged.');
    };
    const works = Array.from({ length: 60 }, (_, n) => (n % 5 === 4 ? elsewhere : hashing('x')));
    const adding = works.map((work) => queue.add(work));
    await expect(queue.add(failing)).rejects.toThrow('damaged');
    const answers = await Promise.all(adding);
    expect(answers.filter((answer) => answer === true)).toHaveLength(12);
    expect(most).toBeLessThanOrEqual(2);
    expect(queue.pending).toBe(0);
  });

  test('are no more than the limit: one more is told when to come back', async () => {
    const queue = queueOf(1, 3);
    const adding = Array.from({ length: 4 }, () => queue.add(hashing('x')));
    expect(queue.pending).toBe(4);
    expect(await queue.add(hashing('x'))).toEqual({ kind: 'busy', retryAfter: 1 });
    await Promise.all(adding);
    expect(await queue.add(hashing('x'))).toContain('$argon2id$');
  });
});
