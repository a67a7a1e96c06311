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
  /** Null: nobody can log in with a password until one is set. */
  password: string | null;
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
  /** As a login finds them: in upper or lower case. Null where there is none. */
  findByEmail(email: string): Promise<UserRow | null>;
  /** The hash of a new password. `WEAK_PASSWORD` of that field, `RATE_LIMITED`. */
  newHash(password: string, email: string, field: string): Promise<Outcome<string>>;
}

export function createUsers(store: Store, hasher: PasswordHasher, clock: Clock): Users {
  async function passwordRefusal(password: string, email: string, field: string) {
    const problem = await passwordProblem(password, email);
    return problem === null ? null : refuse('WEAK_PASSWORD', { field }, problem);
  }

  async function hashOf(password: string): Promise<Outcome<string>> {
    const made = await hasher.hash(password);
    return made.kind === 'busy'
      ? refuse('RATE_LIMITED', { retryAfter: made.retryAfter })
      : ok(made.hash);
  }

  async function create(account: NewAccount, by: CreatedBy): Promise<Outcome<UserRow>> {
    const email = normalizeEmail(account.email);
    const problem = emailProblem(email);
    if (problem !== null) return refuse('BAD_USER_INPUT', { field: 'input.email' }, problem);
    const { roles = [], password } = account;
    const tooMany = tooManyRoles(roles);
    if (tooMany !== null) return tooMany;
    const weak =
      password === null ? null : await passwordRefusal(password, email, 'input.password');
    if (weak !== null) return weak;
    // Said before the hash is made: an attempt to learn who has an account costs us nothing.
    if ((await store.userByEmail(email)) !== null) return taken();
    const hash = password === null ? ok(null) : await hashOf(password);
    if (!hash.ok) return hash;
    const id = randomUUID();
    const made = await store.createUser(
      {
        id,
        email,
        passwordHash: hash.value,
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

  return {
    create,
    findByEmail: async (email) => store.userByEmail(normalizeEmail(email)),
    newHash: async (password, email, field) =>
      (await passwordRefusal(password, email, field)) ?? hashOf(password),
  };
}

/** Of an id that nobody has. */
export const noSuchUser = () => refuse('NOT_FOUND', { field: 'userId' }, 'There is no such user.');

const taken = () => refuse('EMAIL_TAKEN', { field: 'input.email' });
