import type { Auth } from '../auth/assemble.js';
import { parseStoreUrl } from '../store/url.js';
import type { Call } from './command.js';
import { createFirstAdmin, type FirstAdmin } from './firstStart.js';
import { credentials, greeting, quote } from './greeting.js';
import type { Io } from './io.js';

export const ADMIN_EMAIL = 'admin@example.com';

/** A server that listens, and the system that it stands on. */
interface Listening {
  readonly auth: Auth;
  /** Of the endpoint. */
  readonly url: string;
  readonly admin: FirstAdmin | null;
}

/**
 * In development the administrator of a first start; to be called before anybody can sign up, who would take his place. In
 * production nothing is made silently.
 */
export async function firstAdmin(
  { config, ...call }: Call,
  io: Io,
  { services: { store, users } }: Auth,
): Promise<FirstAdmin | null> {
  if (config.production) return null;
  return createFirstAdmin(store, users, call.value('admin-email') ?? ADMIN_EMAIL, io);
}

/**
 * What a start comes to. Where that is no URL, as after a signal or a failure, who was made is said all the same: the account
 * stays, no later start makes another, and nobody else knows its password.
 */
export async function awaitStart<T>(
  started: Promise<T>,
  io: Io,
  adminOf: () => FirstAdmin | null,
): Promise<T> {
  let listens = false;
  try {
    const outcome = await started;
    listens = outcome !== undefined;
    return outcome;
  } finally {
    const admin = adminOf();
    if (!listens && admin !== null) io.stdout(`${credentials(admin)}\n\n`);
  }
}

/** Says where it listens, and who can log in. In production one is told what to run. */
export async function welcome(call: Call, io: Io, { auth, url, admin }: Listening): Promise<void> {
  const { config } = call;
  const { store } = auth.services;
  io.stdout(greeting(url, config.jwt.authHeaderPrefix, admin, config.hideTokens));
  if (config.production && (await store.countUsers(null)) === 0) {
    const database = call.isGiven('database') ? databaseFlag(config.database) : '';
    io.stdout(
      `There is no account yet. Create an administrator: gatehouse user create${database} --email you@example.com --role admin\n`,
    );
  }
}

/** A URL may carry a password, and is not shown. */
function databaseFlag(url: string): string {
  const location = parseStoreUrl(url);
  return location.engine === 'sqlite' ? ` --database ${quote(location.path)}` : '';
}
