import { randomUUID } from 'node:crypto';
import { ok, refuse, type Outcome } from '../outcome.js';
import type { AuditEvent, Origin, Store, UserRow } from '../store/store.js';
import type { Clock } from '../time.js';
import type { PasswordHasher } from '../tokens/password.js';
import { passwordProblem } from '../tokens/passwordRules.js';
import { emailProblem, normalizeEmail } from './email.js';
import { tooManyRoles } from './grantSize.js';

export interface NewAccount {
  email: string;
  password: string;
  roles?: readonly string[];
  /** Only where no account exists yet: for the administrator of the first start. */
  onlyIfEmpty?: boolean;
}

/** How the creation goes into the audit table. */
export interface CreatedBy {
  event: Extract<AuditEvent, 'signup' | 'user_created'>;
  origin?: Origin;
}

export interface Users {
  /** `NOT_FOUND` never happens here; `BAD_USER_INPUT` names the field; `EMAIL_TAKEN`, `WEAK_PASSWORD`, `RATE_LIMITED`. */
  create(account: NewAccount, by: CreatedBy): Promise<Outcome<UserRow>>;
  /** What is wrong with a new password, or null. */
  passwordRefusal(password: string, email: string, field: string): Promise<Outcome<null>>;
}

export function createUsers(store: Store, hasher: PasswordHasher, clock: Clock): Users {
  async function passwordRefusal(password: string, email: string, field: string) {
    const problem = await passwordProblem(password, email);
    return problem === null ? ok(null) : refuse('WEAK_PASSWORD', { field }, problem);
  }

  async function create(account: NewAccount, by: CreatedBy): Promise<Outcome<UserRow>> {
    const email = normalizeEmail(account.email);
    const problem = emailProblem(email);
    if (problem !== null) return refuse('BAD_USER_INPUT', { field: 'input.email' }, problem);
    const { roles = [] } = account;
    const tooMany = tooManyRoles(roles);
    if (tooMany !== null) return tooMany;
    const weak = await passwordRefusal(account.password, email, 'input.password');
    if (!weak.ok) return weak;
    // Said before the hash is made: an attempt to learn who has an account costs us nothing.
    if ((await store.userByEmail(email)) !== null) return taken();
    const hashed = await hasher.hash(account.password);
    if (hashed.kind === 'busy') return refuse('RATE_LIMITED', { retryAfter: hashed.retryAfter });
    const id = randomUUID();
    const made = await store.createUser(
      {
        id,
        email,
        passwordHash: hashed.hash,
        createdAt: clock.now(),
        roles,
        onlyIfEmpty: account.onlyIfEmpty ?? false,
      },
      { ...by, actorId: by.event === 'signup' ? id : null, userId: id },
    );
    switch (made.kind) {
      case 'created':
        return ok(made.user);
      case 'email-taken':
        return taken();
      case 'unknown-role':
        return refuse('BAD_USER_INPUT', { field: 'roles' }, `There is no role ${made.role}.`);
      case 'not-empty':
        return refuse('BAD_USER_INPUT', {}, 'There are accounts already.');
    }
  }

  return { create, passwordRefusal };
}

const taken = () => refuse('EMAIL_TAKEN', { field: 'input.email' });
