import { refuse, type Outcome } from '../../outcome.js';
import type { Origin, Store, UserRow } from '../../store/store.js';
import type { PasswordHasher } from '../../tokens/password.js';
import { normalizeEmail } from '../email.js';
import type { IssuedSession, Sessions } from '../sessions.js';
import type { Attempts } from './attempts.js';
import { createWithPassword } from './passwordCheck.js';

export type LoginWithPassword = (
  input: { email: string; password: string },
  origin: Origin,
) => Promise<Outcome<IssuedSession>>;

interface Dependencies {
  store: Store;
  sessions: Sessions;
  attempts: Attempts;
  hasher: PasswordHasher;
}

/** Email and password for a session. An unknown account and a wrong password are told apart by nothing. */
export function createLoginWithPassword(dependencies: Dependencies): LoginWithPassword {
  const { store, sessions, hasher } = dependencies;
  const withPassword = createWithPassword(dependencies);

  /** Hashes made with older parameters are made anew while the password is at hand. */
  async function upgraded(user: UserRow, password: string): Promise<string | null> {
    const { passwordHash } = user;
    if (passwordHash === null || !hasher.needsRehash(passwordHash)) return passwordHash;
    const made = await hasher.hash(password);
    if (made.kind === 'busy') return passwordHash;
    await store.upgradePasswordHash(user.id, passwordHash, made.hash);
    return made.hash;
  }

  return (input, origin) => {
    const email = normalizeEmail(input.email);
    const { password } = input;
    const find = () => store.userByEmail(email);
    return withPassword({ email, find, password, origin, sessionId: null }, async (user) => {
      const { id: userId, disabledAt } = user;
      if (disabledAt !== null) return refuse('ACCOUNT_DISABLED');
      const passwordHash = await upgraded(user, password);
      return sessions.open(
        { userId, passwordHash, origin },
        { event: 'login', actorId: userId, userId, origin },
      );
    });
  };
}
