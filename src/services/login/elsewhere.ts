import { refuse } from '../../outcome.js';
import type { Origin, Store, UserRow } from '../../store/store.js';
import { normalizeEmail } from '../email.js';
import type { Sessions } from '../sessions.js';
import type { Attempts } from './attempts.js';
import type { FindUser } from './loginUser.js';
import type { LoginWithPassword } from './password.js';

/** Users that are kept elsewhere. */
export interface Elsewhere {
  /** Compares a password. Null for a wrong one and for an unknown account alike. */
  readonly check: (
    input: { email: string; password: string },
    origin: Origin,
  ) => Promise<UserRow | null>;
  /** Their row of ours is there then: sessions refer to it. */
  readonly find: FindUser;
}

interface Dependencies {
  store: Store;
  sessions: Sessions;
  attempts: Attempts;
  check: Elsewhere['check'];
}

/** A login whose password somebody else compares; attempts are counted before they are asked. */
export function createLoginElsewhere(dependencies: Dependencies): LoginWithPassword {
  const { store, sessions, attempts, check } = dependencies;

  return async (input, origin) => {
    const email = normalizeEmail(input.email);
    // Known only once they have logged in with this email, and asked only so that their own network is no stranger.
    const knownId = (await store.userByEmail(email))?.id ?? null;
    return attempts.during({ email, userId: knownId, address: origin.address }, async (attempt) => {
      const user = await attempt.look(check(input, origin));
      if (user === null) {
        await store.recordEvent({ event: 'login_failed', actorId: null, userId: knownId, origin });
        return refuse('INVALID_CREDENTIALS');
      }
      await attempt.forgive();
      const { id: userId, disabledAt } = user;
      if (disabledAt !== null) return refuse('ACCOUNT_DISABLED');
      return sessions.open(
        { userId, passwordHash: null, origin },
        { event: 'login', actorId: userId, userId, origin },
      );
    });
  };
}
