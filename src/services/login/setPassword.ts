import { ok, refuse, type Outcome, type Refusal } from '../../outcome.js';
import type { ChangePasswordOutcome, Origin, Store, UserRow } from '../../store/store.js';
import { noSuchUser, type Users } from '../users.js';

export interface NewPassword {
  userId: string;
  newPassword: string;
}

/**
 * A new password without the present one: whose account it is, the caller has made sure. Every session of the user
 * ends. `NOT_FOUND`, `ACCOUNT_DISABLED`, `WEAK_PASSWORD`, `RATE_LIMITED` where too many passwords are being hashed.
 */
export type SetPassword = (input: NewPassword, origin?: Origin) => Promise<Outcome<UserRow>>;

export function createSetPassword(store: Store, users: Users): SetPassword {
  return async ({ userId, newPassword }, origin) => {
    const [user] = await store.usersByIds([userId]);
    if (!user) return noSuchUser();
    const hash = await users.newHash(newPassword, user.email, 'newPassword');
    if (!hash.ok) return hash;
    const outcome = await store.changePassword(
      { userId, expectedHash: null, newHash: hash.value, session: null },
      { event: 'password_changed', actorId: null, userId, ...(origin && { origin }) },
    );
    return outcome.kind === 'changed' ? ok(outcome.user) : refusalOf(outcome);
  };
}

export function refusalOf({ kind }: Exclude<ChangePasswordOutcome, { kind: 'changed' }>): Refusal {
  switch (kind) {
    // The hash moved while the password was being verified.
    case 'conflict':
      return refuse('INVALID_CREDENTIALS');
    case 'disabled':
      return refuse('ACCOUNT_DISABLED');
    case 'not-found':
      return refuse('NOT_FOUND');
  }
}
