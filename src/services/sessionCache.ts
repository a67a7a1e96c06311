import { LRUCache } from 'lru-cache';
import type { MaybePromise } from '../outcome.js';
import type { SessionsChange, SessionState, Store } from '../store/store.js';
import { SECOND, type Clock } from '../time.js';

/** What a node remembers of sessions, for a stated time. What it says may only be believed where it is a yes. */
export interface SessionCache {
  /** Undefined: nothing is remembered. */
  get(userId: string, sessionId: string): SessionState | undefined;
  /** Reads it afresh, and remembers it where that took a wait: an engine that answers at once is asked each time. */
  read(sessionId: string): MaybePromise<SessionState | null>;
  /** The first use of this generation is on its way to the store. */
  used(state: SessionState, generation: number): void;
  forget(change: SessionsChange): void;
}

interface Entry {
  state: SessionState;
  /** When it was asked for, by the clock and by the time this process has run. */
  asked: Moment;
}

interface Moment {
  clock: number;
  ticks: number;
}

interface Options {
  store: Pick<Store, 'sessionState'>;
  clock: Clock;
  /** Seconds. */
  lifetime: number;
  /** Milliseconds that only go forward. Default: how long the process has run. */
  ticks?: () => number;
}

/** With at most 100 sessions each, a bound on memory too. */
const MAX_USERS = 20_000;

export function createSessionCache(options: Options): SessionCache {
  const { store, clock, lifetime, ticks = () => performance.now() } = options;
  const longest = lifetime * SECOND;
  const users = new LRUCache<string, Map<string, Entry>>({ max: MAX_USERS });
  /** Moves whenever something is forgotten: a read that was on its way then is not remembered. */
  let epoch = 0;

  const now = (): Moment => ({ clock: clock.now(), ticks: ticks() });

  /** A clock may be set back, and a machine may sleep: the longer of both times counts. */
  function isFresh({ asked }: Entry): boolean {
    const present = now();
    const elapsed = present.clock - asked.clock;
    return elapsed >= 0 && elapsed < longest && present.ticks - asked.ticks < longest;
  }

  function remember(state: SessionState, asked: Moment): void {
    const { userId, id } = state.session;
    const sessions = users.get(userId) ?? new Map<string, Entry>();
    for (const [other, entry] of sessions) if (!isFresh(entry)) sessions.delete(other);
    sessions.set(id, { state, asked });
    users.set(userId, sessions);
  }

  return {
    get(userId, sessionId) {
      const entry = users.get(userId)?.get(sessionId);
      return entry !== undefined && isFresh(entry) ? entry.state : undefined;
    },
    read(sessionId) {
      const asked = now();
      const before = epoch;
      const reading = store.sessionState(sessionId);
      if (!(reading instanceof Promise)) return reading;
      return reading.then((state) => {
        if (state !== null && epoch === before) remember(state, asked);
        return state;
      });
    },
    used({ session }, generation) {
      const entry = users.get(session.userId)?.get(session.id);
      if (entry === undefined) return;
      const usedGeneration = Math.max(entry.state.session.usedGeneration, generation);
      entry.state = { ...entry.state, session: { ...entry.state.session, usedGeneration } };
    },
    forget(change) {
      epoch++;
      if (change === 'all') users.clear();
      else users.delete(change.user);
    },
  };
}

/** The store, whose writes make this node forget what they changed before they answer. */
export function forgetting(store: Store, cache: SessionCache): Store {
  const after = async <R>(change: SessionsChange, verb: Promise<R>): Promise<R> => {
    try {
      return await verb;
    } finally {
      // Where it failed too: it may have been done, and only its answer was lost.
      cache.forget(change);
    }
  };
  const of = ({ userId }: { userId?: string }): SessionsChange =>
    userId === undefined ? 'all' : { user: userId };

  const writes: Partial<Store> = {
    openSession: (input, audit) => after(of(input), store.openSession(input, audit)),
    revokeSessions: (which, cause, audit) =>
      after(of(which), store.revokeSessions(which, cause, audit)),
    changePassword: (input, audit) => after(of(input), store.changePassword(input, audit)),
    setUserRoles: (input, audit) => after(of(input), store.setUserRoles(input, audit)),
    disableUser: (input, audit) => after(of(input), store.disableUser(input, audit)),
    enableUser: (input, audit) => after(of(input), store.enableUser(input, audit)),
    userChanged: (userId, audit) => after({ user: userId }, store.userChanged(userId, audit)),
    upsertRole: (input, audit) => after('all', store.upsertRole(input, audit)),
    async rotate(input) {
      try {
        const outcome = await store.rotate(input);
        if (!('session' in outcome)) cache.forget(of(input));
        return outcome;
      } catch (error) {
        cache.forget(of(input));
        throw error;
      }
    },
  };
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(writes, name)) return writes[name as keyof Store];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
