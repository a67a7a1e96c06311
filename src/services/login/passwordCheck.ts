import { ok, refuse, type Outcome } from '../../outcome.js';
import type { Origin, UserRow } from '../../store/store.js';
import type { PasswordHasher } from '../../tokens/password.js';
import type { Attempts } from './attempts.js';

export interface PasswordAttempt {
  /** Normalised. */
  email: string;
  /** Null for an unknown account: the same work is done, and the answer is the same. */
  user: UserRow | null;
  password: string;
  origin: Origin;
}

/** Compares a password under the attempt limits. `INVALID_CREDENTIALS` or `RATE_LIMITED` where it is not right. */
export type PasswordCheck = (attempt: PasswordAttempt) => Promise<Outcome<UserRow>>;

export function createPasswordCheck(dependencies: {
  attempts: Attempts;
  hasher: PasswordHasher;
}): PasswordCheck {
  const { attempts, hasher } = dependencies;
  return async ({ email, user, password, origin }) => {
    const attempt = await attempts.begin(email, user?.id ?? null, origin.address);
    if ('ok' in attempt) return attempt;
    const verified = await hasher.verify(user?.passwordHash ?? null, password);
    if (verified.kind === 'busy') {
      await attempt.forgive();
      return refuse('RATE_LIMITED', { retryAfter: verified.retryAfter });
    }
    if (verified.kind !== 'match' || user === null) return refuse('INVALID_CREDENTIALS');
    await attempt.forgive();
    return ok(user);
  };
}
