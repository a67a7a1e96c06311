import type { Auth } from '../auth/assemble.js';
import type { Call } from './command.js';
import { createFirstAdmin } from './firstStart.js';
import { greeting } from './greeting.js';
import type { Io } from './io.js';

export const ADMIN_EMAIL = 'admin@example.com';

/** A server that listens, and the system that it stands on. */
interface Listening {
  readonly auth: Auth;
  /** Of the endpoint. */
  readonly url: string;
}

/** Says where it listens. In production nothing is made silently: there one is told what to run. */
export async function welcome(
  { config, ...call }: Call,
  io: Io,
  { auth, url }: Listening,
): Promise<void> {
  const { store, users } = auth.services;
  const prefix = config.jwt.authHeaderPrefix;
  if (!config.production) {
    const email = call.value('admin-email') ?? ADMIN_EMAIL;
    const admin = await createFirstAdmin(store, users, email, io);
    io.stdout(greeting(url, prefix, admin, config.hideTokens));
    return;
  }
  io.stdout(greeting(url, prefix, null));
  if ((await store.countUsers(null)) === 0) {
    io.stdout(
      'There is no account yet. Create an administrator: gatehouse user create --email you@example.com --role admin\n',
    );
  }
}
