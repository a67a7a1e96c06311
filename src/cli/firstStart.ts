import type { Users } from '../services/users.js';
import { ADMIN_ROLE, type Store } from '../store/store.js';
import { valueOf } from './accounts.js';
import { randomPassword, type Io } from './io.js';

/** The administrator that the first start has made. */
export interface FirstAdmin {
  email: string;
  password: string;
}

/**
 * Makes an administrator where no account exists; null where one does. Of several processes that start at once
 * one makes it.
 */
export async function createFirstAdmin(
  store: Store,
  users: Users,
  email: string,
  io: Io,
): Promise<FirstAdmin | null> {
  if ((await store.countUsers(null)) > 0) return null;
  const password = randomPassword(io);
  const outcome = await users.create(
    { email, password, roles: [ADMIN_ROLE], onlyIfEmpty: true },
    { event: 'user_created' },
  );
  if (!outcome.ok && (await store.countUsers(null)) > 0) return null;
  return { email: valueOf(outcome).email, password };
}
