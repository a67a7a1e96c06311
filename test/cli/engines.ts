import { silentLog } from '../../src/log.js';
import { openStore } from '../../src/store/open.js';
import type { Rotate, Store } from '../../src/store/store.js';
import { systemClock, type Clock } from '../../src/time.js';

/** Engines as somebody might write them: one that is right, and some with the mistakes that are made. */
type Options = Parameters<typeof openStore>[1];

const wrong =
  (change: (store: Store, clock: Clock) => Partial<Store>) =>
  async (options: Options): Promise<Store> => {
    const store = await openStore(':memory:', options);
    return { ...store, ...change(store, options.clock) };
  };

export const right = wrong(() => ({}));

/** Reads, decides, and then writes, one after the other; what was written in between it does not look at. */
export const twoSteps = wrong((store) => {
  const generationOf = async (id: string) => (await store.sessionsByIds([id]))[0]?.generation;
  let last: Promise<unknown> = Promise.resolve();
  return {
    async rotate(input: Rotate) {
      const isPresent = (await generationOf(input.sessionId)) === input.generation;
      const write = async () => {
        const generation = isPresent ? await generationOf(input.sessionId) : input.generation;
        return store.rotate({ ...input, generation: generation as number });
      };
      const written = last.then(write);
      last = written;
      return written;
    },
  };
});

/** Says that the sessions of a user have ended, and leaves them. */
export const forgetful = wrong((store) => ({
  revokeSessions: async (which, cause, audit) =>
    which.by === 'user' ? [] : store.revokeSessions(which, cause, audit),
}));

/** Never answers, and leaves something running. */
export const hanging = wrong(() => ({
  userByUsername() {
    setInterval(() => undefined, 1000);
    return new Promise(() => undefined);
  },
}));

let shared: Promise<Store> | undefined;
export const notEmpty = async (): Promise<Store> => {
  shared ??= openStore(':memory:', { clock: systemClock, log: silentLog });
  const store = await shared;
  const user = { id: 'x', email: 'x', passwordHash: null, createdAt: 1, roles: [] };
  await store.createUser(user, { event: 'signup', actorId: null }).catch(() => undefined);
  return { ...store, close: async () => undefined };
};

export const unreachable = async (): Promise<Store> => {
  throw new Error('connect\n  ECONNREFUSED');
};

export const settings = { url: 'x' };
