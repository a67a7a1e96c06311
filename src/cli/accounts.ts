import type { Outcome, Refusal } from '../outcome.js';
import { errorCatalogue } from '../common.js';
import { createAdministration, type Administration } from '../services/administration.js';
import { normalizeEmail } from '../services/email.js';
import { createSetPassword, type SetPassword } from '../services/login/setPassword.js';
import { createUsers, type Users } from '../services/users.js';
import type { Store, UserRow } from '../store/store.js';
import { createPasswordHasher } from '../tokens/password.js';
import type { Call, Command } from './command.js';
import { failure, usageError } from './exitCodes.js';
import type { Io } from './io.js';

/** The rules about accounts, as the command line uses them: without keys, sessions and timers. */
export interface Accounts {
  users: Users;
  administration: Administration;
  setPassword: SetPassword;
}

export function accountsOf(store: Store, io: Io): Accounts {
  const users = createUsers(store, createPasswordHasher(), io.clock);
  return {
    users,
    administration: createAdministration(store),
    setPassword: createSetPassword(store, users),
  };
}

/** Whom a command is about: an email or an id. */
export function userName({ name }: Command, call: Call): string {
  const [user, ...others] = [...call.values('email'), ...call.positionals];
  if (others.length > 0) {
    throw usageError(
      `gatehouse ${name} takes one account, by --email or as the argument, and got ${others.length + 1}. Run it once for each.`,
    );
  }
  if (user !== undefined) return user;
  throw usageError(`USER is missing. Write: gatehouse ${name} ann@example.com`);
}

/** The user of that email or id. An id of before an import may look like the email of somebody else. */
export async function userNamed(name: string, store: Store): Promise<UserRow> {
  const byEmail = await store.userByEmail(normalizeEmail(name));
  const user = byEmail ?? (await store.usersByIds([name]))[0] ?? null;
  if (user === null) {
    throw failure(`There is no user ${name}. See all with: gatehouse user list`);
  }
  return user;
}

/** The value of an outcome; a refusal ends the command with its sentence and, where there is one, the fix. */
export function valueOf<T>(outcome: Outcome<T>, fix = ''): T {
  if (outcome.ok) return outcome.value;
  throw failure([sentenceOf(outcome), fix].filter(Boolean).join(' '));
}

const sentenceOf = ({ code, message }: Refusal): string => message ?? errorCatalogue[code];
