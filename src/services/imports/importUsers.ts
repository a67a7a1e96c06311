import type { NewUser, Store, UserRow } from '../../store/store.js';
import type { Clock } from '../../time.js';
import { tooManyRoles } from '../grantSize.js';
import type { DjangoUser, UserProblem } from './djangoUser.js';

export interface ImportedUser {
  readonly user: DjangoUser;
  readonly roles: readonly string[];
}

export interface ExistingUser {
  readonly user: DjangoUser;
  /** Whether they can log in by now, with the password of the dump or a later one. */
  readonly hasPassword: boolean;
  /** Whether they may log in although the dump says that they may not: disabled there since an import before. */
  readonly leftEnabled: boolean;
}

export interface ImportOutcome {
  /** Made now; in a dry run those that would be. */
  readonly imported: readonly ImportedUser[];
  /** There already, from an import before. Nothing of them is changed. */
  readonly existing: readonly ExistingUser[];
  readonly problems: readonly UserProblem[];
}

export interface ImportOptions {
  readonly clock: Clock;
  /** Roles by trait. They must exist. */
  readonly roleFor: ReadonlyMap<string, readonly string[]>;
  readonly dryRun: boolean;
}

/** Users whose writes are under way at once: they share a commit. */
const CHUNK = 200;

/**
 * Makes an account of each user, under their own primary key. Each is whole or not there; whoever is there already is
 * left alone, so that an import which was cut off is simply run again.
 */
export async function importUsers(
  store: Store,
  users: readonly DjangoUser[],
  options: ImportOptions,
): Promise<ImportOutcome> {
  const imported: ImportedUser[] = [];
  const existing: ExistingUser[] = [];
  const problems: UserProblem[] = [];
  for (let at = 0; at < users.length; at += CHUNK) {
    const chunk = users.slice(at, at + CHUNK);
    const rows = await store.usersByIds(chunk.map(({ id }) => id));
    const results = await Promise.all(
      chunk.map((user, index) => importOne(store, user, rows[index] ?? null, options)),
    );
    for (const [index, result] of results.entries()) {
      const user = chunk[index] as DjangoUser;
      if (typeof result === 'string')
        problems.push({ id: user.id, email: user.email, why: result });
      else if ('passwordHash' in result)
        existing.push({
          user,
          hasPassword: result.passwordHash !== null,
          leftEnabled: !user.isActive && result.disabledAt === null,
        });
      else imported.push({ user, roles: result });
    }
  }
  return { imported, existing, problems };
}

/** The roles of the new account; its row where it is there already; a text where it cannot be made. */
async function importOne(
  store: Store,
  user: DjangoUser,
  row: UserRow | null,
  { clock, roleFor, dryRun }: ImportOptions,
): Promise<readonly string[] | UserRow | string> {
  if (row !== null) return sameUser(user, row);
  const roles = [...new Set(user.traits.flatMap((trait) => roleFor.get(trait) ?? []))].sort();
  const refusal = tooManyRoles(roles);
  if (refusal !== null) return refusal.message as string;
  const other =
    (await store.userByEmail(user.email)) ??
    (user.username === null ? null : await store.userByUsername(user.username));
  if (other !== null) return takenBy(other, user);
  return dryRun ? roles : create(store, user, rowOf(user, roles, clock.now()));
}

async function create(
  store: Store,
  user: DjangoUser,
  row: NewUser,
): Promise<readonly string[] | UserRow | string> {
  const audit = { event: 'user_created', actorId: null, userId: user.id } as const;
  const made = await store.createUser(row, { ...audit, details: { from: 'django' } }).then(
    ({ kind }) => kind,
    (error: unknown) => ({ error }),
  );
  if (made === 'created') return row.roles;
  // Another import may have been first.
  const [found] = await store.usersByIds([user.id]);
  if (found) return sameUser(user, found);
  if (typeof made === 'object') throw made.error;
  return `the account was not made: ${made}`;
}

const rowOf = (user: DjangoUser, roles: readonly string[], now: number): NewUser => ({
  id: user.id,
  email: user.email,
  username: user.username,
  passwordHash: user.passwordHash,
  createdAt: user.createdAt ?? now,
  lastLoginAt: user.lastLoginAt,
  // Django does not say since when.
  disabledAt: user.isActive ? null : now,
  roles,
});

const sameUser = (user: DjangoUser, row: UserRow): UserRow | string =>
  row.email === user.email ? row : `the id is that of another account, ${row.email}`;

function takenBy(other: UserRow, user: DjangoUser): UserRow | string {
  const { id, email } = other;
  if (id === user.id) return sameUser(user, other);
  return email === user.email
    ? `the email is that of another account, ${id}`
    : `the username is that of another account, ${id}`;
}
