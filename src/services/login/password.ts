import { refuse, type Outcome } from '../../outcome.js';
import type { Origin, Store, UserRow } from '../../store/store.js';
import type { PasswordHasher } from '../../tokens/password.js';
import { normalizeEmail } from '../email.js';
import type { IssuedSession, Sessions } from '../sessions.js';
import type { Attempts } from './attempts.js';
import { createPasswordCheck } from './passwordCheck.js';

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
  const check = createPasswordCheck(dependencies);

  /** Hashes made with older parameters are made anew while the password is at hand. */
  async function upgraded(user: UserRow, password: string): Promise<string | null> {
    const { passwordHash } = user;
    if (passwordHash === null || !hasher.needsRehash(passwordHash)) return passwordHash;
    const made = await hasher.hash(password);
    if (made.kind === 'busy') return passwordHash;
    await store.upgradePasswordHash(user.id, passwordHash, made.hash);
    return made.hash;
  }

  return async (input, origin) => {
    const email = normalizeEmail(input.email);
    const user = await store.userByEmail(email);
    const checked = await check({ email, user, password: input.password, origin });
    if (!checked.ok) {
      if (checked.code === 'INVALID_CREDENTIALS') {
        const userId = user?.id ?? null;
        await store.recordEvent({ event: 'login_failed', actorId: null, userId, origin });
      }
      return checked;
    }
    const known = checked.value;
    if (known.disabledAt !== null) return refuse('ACCOUNT_DISABLED');
    const passwordHash = await upgraded(known, input.password);
    const { id: userId } = known;
    return sessions.open(
      { userId, passwordHash, origin },
      { event: 'login', actorId: userId, userId, origin },
    );
  };
}
