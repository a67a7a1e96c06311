import type {
  AuditInput,
  NewUser,
  OpenSession,
  OpenSessionOutcome,
  Rotate,
  RotateOutcome,
  SessionRow,
  Store,
  UserRow,
} from '../store.js';
import { HOUR, type Clock } from '../../time.js';

export const AUDIT: AuditInput = { event: 'login', actorId: null };
export const HOME = { address: '192.0.2.1', userAgent: 'Firefox' };
export const AWAY = { address: '198.51.100.7', userAgent: 'curl' };
export const REUSE_INTERVAL = 30_000;

/** Stands still until it is told. */
export interface StillClock extends Clock {
  advance(seconds: number): void;
}

/** A clock that stands at the start of 2026. */
export function stillClock(): StillClock {
  let now = Date.UTC(2026, 0, 1);
  return { now: () => now, advance: (seconds) => void (now += seconds * 1000) };
}

/** What a case stands on: an empty store, a clock that stands still, and short ways to fill the one. */
export interface Given {
  readonly store: Store;
  readonly clock: StillClock;
  user: (id: string, user?: Partial<NewUser>) => Promise<UserRow>;
  /** Opens a session that lives an hour. */
  session: (id: string, userId: string, session?: Partial<OpenSession>) => Promise<SessionRow>;
  open: (id: string, userId: string, session?: Partial<OpenSession>) => Promise<OpenSessionOutcome>;
  rotate: (id: string, generation: number, rotate?: Partial<Rotate>) => Promise<RotateOutcome>;
  row: (id: string) => Promise<SessionRow | null>;
}

export function givenOf(store: Store, clock: StillClock): Given {
  const open: Given['open'] = (id, userId, session = {}) =>
    store.openSession(
      {
        id,
        userId,
        expectedPasswordHash: null,
        expiresAt: clock.now() + HOUR,
        origin: HOME,
        network: HOME.address,
        maxSessions: 100,
        ...session,
      },
      AUDIT,
    );
  return {
    store,
    clock,
    open,
    async user(id, user = {}) {
      const email = `${id}@example.com`;
      const row = { id, email, passwordHash: 'hash', createdAt: clock.now(), roles: [], ...user };
      const outcome = await store.createUser(row, { event: 'signup', actorId: null });
      if (outcome.kind !== 'created') throw new Error(outcome.kind);
      return outcome.user;
    },
    async session(id, userId, session) {
      const outcome = await open(id, userId, session);
      if (outcome.kind !== 'opened') throw new Error(outcome.kind);
      return outcome.session;
    },
    rotate: (sessionId, generation, rotate = {}) =>
      store.rotate({
        sessionId,
        userId: 'ada',
        generation,
        origin: HOME,
        reuseInterval: REUSE_INTERVAL,
        window: null,
        slide: null,
        ...rotate,
      }),
    row: async (id) => (await store.sessionsByIds([id]))[0] ?? null,
  };
}
