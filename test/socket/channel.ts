/** A source of events that a test emits, and that counts who listens. */
export interface Channel {
  readonly listeners: number;
  emit(value: unknown): void;
  subscribe(): AsyncIterableIterator<unknown>;
  /** Settles when so many listen. */
  listening(count: number): Promise<void>;
}

export function channel(): Channel {
  const emits = new Set<(result: IteratorResult<unknown>) => void>();
  return {
    get listeners() {
      return emits.size;
    },
    emit: (value) => emits.forEach((push) => push({ done: false, value })),
    subscribe() {
      const arrived: IteratorResult<unknown>[] = [];
      const waiting: ((result: IteratorResult<unknown>) => void)[] = [];
      const push = (result: IteratorResult<unknown>): void => {
        const taker = waiting.shift();
        if (taker === undefined) arrived.push(result);
        else taker(result);
      };
      emits.add(push);
      return {
        next: async () => arrived.shift() ?? new Promise((resolve) => waiting.push(resolve)),
        return: async () => {
          emits.delete(push);
          const done = { done: true, value: undefined } as const;
          waiting.splice(0).forEach((resolve) => resolve(done));
          return done;
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    async listening(count) {
      while (emits.size !== count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };
}
