import type { ExecutionResult } from 'graphql';

/**
 * The answers to the events of a source, each made when its event has come; null ends them. Other than a generator it
 * can be left while it waits, and leaves its source at once.
 */
export function answersTo(
  source: AsyncIterable<unknown>,
  answer: (event: unknown) => Promise<ExecutionResult | null>,
): AsyncIterableIterator<ExecutionResult> {
  const events = source[Symbol.asyncIterator]();
  const done = { done: true, value: undefined } as const;
  let isOver = false;

  async function leave(): Promise<typeof done> {
    isOver = true;
    await events.return?.();
    return done;
  }

  return {
    async next() {
      if (isOver) return done;
      const event = await events.next();
      if (event.done === true || isOver) return done;
      const result = await answer(event.value).catch((error: unknown) => {
        // Whoever iterates calls no `return` after a `next` that has failed.
        leave().catch(() => undefined);
        throw error;
      });
      return result === null ? leave() : { done: false, value: result };
    },
    return: leave,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
