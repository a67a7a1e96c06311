import { expect, test } from '@jest/globals';
import { createStateBatch } from '../../../src/store/postgres/stateBatch.js';
import type { SessionState } from '../../../src/store/store.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Queries as they were sent, and what answers them. */
function fake() {
  const sent: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const batched = createStateBatch((ids) => {
    sent.push(ids);
    return new Promise((resolve) =>
      answers.push(() =>
        resolve(new Map(ids.map((id) => [id, { id } as unknown as SessionState]))),
      ),
    );
  });
  return { sent, answers, batched };
}

test('all that ask in one turn share one query, each session once', async () => {
  const { sent, answers, batched } = fake();
  const asked = ['a', 'b', 'a', 'c'].map((id) => batched(id));
  expect(sent).toEqual([]);
  await turn();
  expect(sent).toEqual([['a', 'b', 'c']]);
  answers[0]?.();
  expect(await Promise.all(asked)).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'a' }, { id: 'c' }]);
});

test('who asks after a query was sent is not given its answer', async () => {
  const { sent, answers, batched } = fake();
  const first = batched('a');
  await turn();
  const second = batched('a');
  answers[0]?.();
  expect(await first).toEqual({ id: 'a' });
  await turn();
  expect(sent).toEqual([['a'], ['a']]);
  answers[1]?.();
  expect(await second).toEqual({ id: 'a' });
});

test('a query that fails fails for all who share it, and for nobody after them', async () => {
  let works = false;
  const batched = createStateBatch(async () => {
    if (works) return new Map();
    throw new Error('gone');
  });
  const outcomes = await Promise.allSettled([batched('a'), batched('b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  works = true;
  expect(await batched('a')).toBeNull();
});
