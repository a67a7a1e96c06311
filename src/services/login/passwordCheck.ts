import { ok, refuse, type MaybePromise, type Outcome } from '../../outcome.js';
import type { Origin, Store, UserRow } from '../../store/store.js';
import type { PasswordHasher } from '../../tokens/password.js';
import type { Attempts } from './attempts.js';

export interface PasswordAttempt {
  /** Normalised. */
  email: string;
  /** Reads the account. Null for an unknown one: the same work is done, and the answer is the same. */
  find: () => MaybePromise<UserRow | null>;
  password: string;
  origin: Origin;
  /** The session from which a logged-in viewer is asked; null at a login. */
  sessionId: string | null;
}

/**
 * Does `act` for the owner of a password, under the attempt limits. `INVALID_CREDENTIALS`, which is recorded, or
 * `RATE_LIMITED` where the password is not right. `act` writes on the condition that the account's hash is still
 * that of the row it is given, and answers `INVALID_CREDENTIALS` where it is not: then all is done once more.
 */
export type WithPassword = <T>(
  attempt: PasswordAttempt,
  act: (user: UserRow) => Promise<Outcome<T>>,
) => Promise<Outcome<T>>;

/** A hash moves when the password is changed, and when a login beside this one makes it anew. */
const MAX_TRIES = 3;

export function createWithPassword(dependencies: {
  store: Store;
  attempts: Attempts;
  hasher: PasswordHasher;
}): WithPassword {
  const { store, attempts, hasher } = dependencies;

  async function check(attempted: PasswordAttempt): Promise<Outcome<UserRow>> {
    const { email, find, password, origin, sessionId } = attempted;
    const user = await find();
    const userId = user?.id ?? null;
    const who = { email, userId, address: origin.address, sessionId };
    return attempts.during(who, async (attempt) => {
      const verified = await attempt.look(hasher.verify(user?.passwordHash ?? null, password));
      if (verified.kind === 'busy') {
        await attempt.forgive();
        return refuse('RATE_LIMITED', { retryAfter: verified.retryAfter });
      }
      if (verified.kind !== 'match' || user === null) {
        const event = { event: 'login_failed', actorId: null, userId, sessionId, origin } as const;
        await store.recordEvent(event);
        return refuse('INVALID_CREDENTIALS');
      }
      await attempt.forgive();
      return ok(user);
    });
  }

  return async (attempted, act) => {
    for (let tries = 1; ; tries++) {
      const checked = await check(attempted);
      if (!checked.ok) return checked;
      const outcome = await act(checked.value);
      if (outcome.ok || outcome.code !== 'INVALID_CREDENTIALS' || tries === MAX_TRIES) {
        return outcome;
      }
    }
  };
}
