import { refuse, type Outcome } from '../../outcome.js';
import type { Origin } from '../../store/store.js';
import type { IssuedSession, Sessions } from '../sessions.js';
import type { AccountSettings } from '../settings.js';
import type { Users } from '../users.js';
import type { Attempts } from './attempts.js';

export type Signup = (
  input: { email: string; password: string },
  origin: Origin,
) => Promise<Outcome<IssuedSession>>;

interface Dependencies {
  users: Users;
  sessions: Sessions;
  attempts: Attempts;
  settings: AccountSettings;
}

/** Opens an account and logs it in. Each try counts for its address, so that nobody harvests who has an account. */
export function createSignup({ users, sessions, attempts, settings }: Dependencies): Signup {
  return async (input, origin) => {
    if (settings.signup === 'closed') {
      return refuse('FORBIDDEN', { reason: 'POLICY_DENIED' }, 'Sign-up is closed.');
    }
    const limited = await attempts.countAddress(origin.address, 1);
    if (limited !== null) return limited;
    const created = await users.create(input, { event: 'signup', origin });
    if (!created.ok) return created;
    const { id: userId, passwordHash } = created.value;
    return sessions.open(
      { userId, passwordHash, origin },
      { event: 'login', actorId: userId, userId, origin },
    );
  };
}
