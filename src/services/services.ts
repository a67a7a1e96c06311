import type { Log } from '../log.js';
import type { CounterStore } from '../store/limiter.js';
import type { Store } from '../store/store.js';
import type { Clock } from '../time.js';
import type { PasswordHasher } from '../tokens/password.js';
import { createAdministration, type Administration } from './administration.js';
import { createAuthenticator, type Authenticator } from './authenticate.js';
import { createGrantsReader, type GrantsReader } from './grants.js';
import { createUserKeys } from './handlers/userKeys.js';
import { createIntrospect, type Introspect } from './introspection.js';
import {
  createKeyAdministration,
  createWellKnown,
  type KeyAdministration,
  type KeyAdministrationSettings,
  type Keys,
  type WellKnown,
} from './keys.js';
import { besideLegacy } from './legacy/besideLegacy.js';
import { createLegacyTokens } from './legacy/legacyTokens.js';
import type { LegacySettings } from './legacy/settings.js';
import { createAttempts, type Attempts } from './login/attempts.js';
import { createChangePassword, type ChangePassword } from './login/changePassword.js';
import { createLoginElsewhere, type Elsewhere } from './login/elsewhere.js';
import { createLoginUser, type LoginUser } from './login/loginUser.js';
import { createLoginWithPassword, type LoginWithPassword } from './login/password.js';
import { createSetPassword, type SetPassword } from './login/setPassword.js';
import { createSignup, type Signup } from './login/signup.js';
import { createLogout, type Logout } from './logout.js';
import { createOwnSessions, type OwnSessions } from './ownSessions.js';
import { createRefresh, type Refresh } from './refresh.js';
import { createRoles, type Roles } from './roles.js';
import { createSessionCache, forgetting } from './sessionCache.js';
import { createSessions } from './sessions.js';
import type { Settings } from './settings.js';
import { createTokenReader } from './tokenReader.js';
import { startUpkeep, type Upkeep } from './upkeep.js';
import { createListUsers, type ListUsers } from './userList.js';
import { createUsers, type Users } from './users.js';

/** All rules of the system, usable without GraphQL. Expected refusals are values. */
export interface Services {
  readonly store: Store;
  readonly grants: GrantsReader;
  readonly authenticator: Authenticator;
  readonly introspect: Introspect;
  readonly attempts: Attempts;
  readonly login: LoginWithPassword;
  readonly loginUser: LoginUser;
  readonly signup: Signup;
  readonly changePassword: ChangePassword;
  readonly setPassword: SetPassword;
  readonly refresh: Refresh;
  readonly logout: Logout;
  readonly ownSessions: OwnSessions;
  readonly users: Users;
  readonly listUsers: ListUsers;
  readonly administration: Administration;
  readonly roles: Roles;
  readonly keys: KeyAdministration;
  readonly wellKnown: WellKnown;
  /**
   * To be told of a change to a user that was not made here: the access tokens are stale at once. Where the users are
   * in a table of the embedder's, one who is gone from it or disabled loses every session. False for a user who has
   * never logged in.
   */
  readonly userChanged: (userId: string) => Promise<boolean>;
  readonly upkeep: Upkeep;
}

export interface ServiceDependencies {
  store: Store;
  counters: CounterStore;
  keys: Keys;
  hasher: PasswordHasher;
  clock: Clock;
  log: Log;
  settings: Settings & KeyAdministrationSettings;
  /** Tokens of another system that are read beside ours; undefined = none. */
  legacyTokens?: LegacySettings | undefined;
  /** Every scope that a directive of the schema names. */
  schemaScopes: () => readonly string[];
  /** Who keeps the users; undefined = we do. */
  elsewhere?: Elsewhere | undefined;
}

/** Puts the services together. `upkeep` has a timer: stop it before the store is closed. */
export function createServices(dependencies: ServiceDependencies): Services {
  const { counters, keys, hasher, clock, log, settings, elsewhere } = dependencies;
  const { store, cache, stopListening } = rememberSessions(dependencies);
  const grants = createGrantsReader(dependencies.schemaScopes);
  const userKeys = createUserKeys(settings.getUserSecretKey, store);
  const reader = createTokenReader({ keys, settings, clock, userKeys });
  const ownTokens = createAuthenticator({ store, reader, grants, clock, cache });
  const sessions = createSessions({ store, keys, userKeys, clock, log, grants, settings });
  const introspectOwn = createIntrospect({
    ...{ store, reader, sessions, settings, clock },
    authenticator: ownTokens,
  });
  const logout = createLogout(store, reader, introspectOwn);
  const own = { authenticator: ownTokens, introspect: introspectOwn, logout };
  const { legacyTokens: legacy } = dependencies;
  const tokenServices =
    legacy === undefined
      ? own
      : besideLegacy(
          own,
          createLegacyTokens({ store, grants, clock, settings: legacy }),
          store,
          settings.decodeHandler !== undefined,
        );
  const attempts = createAttempts(counters, store, clock);
  const users = createUsers(store, hasher, clock);
  return Object.freeze({
    store,
    grants,
    ...tokenServices,
    attempts,
    login: elsewhere
      ? createLoginElsewhere({ store, sessions, attempts, check: elsewhere.check })
      : createLoginWithPassword({ store, sessions, attempts, hasher }),
    loginUser: createLoginUser(sessions, elsewhere?.find),
    signup: createSignup({ users, sessions, attempts, settings }),
    changePassword: createChangePassword({ store, users, sessions, attempts, hasher }),
    setPassword: elsewhere
      ? onlyElsewhere('set passwords there, not by setPassword.')
      : createSetPassword(store, users),
    refresh: createRefresh({ store, reader, sessions, settings }),
    ownSessions: createOwnSessions(store),
    users: elsewhere ? usersElsewhere(users) : users,
    listUsers: createListUsers(store),
    administration: createAdministration(store),
    roles: createRoles(store, grants),
    keys: createKeyAdministration({ store, clock, settings, changed: (rows) => keys.adopt(rows) }),
    wellKnown: createWellKnown(keys, settings),
    userChanged: async (userId: string) => {
      const audit = { event: 'user_roles_set', actorId: null, userId } as const;
      return (await store.userChanged(userId, audit)) !== null;
    },
    upkeep: startUpkeep({ store, counters, clock, log, settings, stopListening }),
  });
}

/** Our rows of such users have no password, and the email of some earlier time: a link to that may be to somebody else. */
const usersElsewhere = (users: Users): Users => ({
  ...users,
  create: onlyElsewhere('open accounts there, not by users.create.'),
  findByEmail: onlyElsewhere('find them there, not by users.findByEmail.'),
});

const onlyElsewhere = (fix: string) => (): Promise<never> =>
  Promise.reject(new TypeError(`The users are in the table behind \`users\`: ${fix}`));

/** The store as the services use it, with what is remembered of its sessions. */
function rememberSessions({ store, clock, settings }: ServiceDependencies) {
  const lifetime = settings.sessionCache;
  if (lifetime === 0) return { store, cache: null, stopListening: () => undefined };
  const cache = createSessionCache({ store, clock, lifetime });
  const stopListening =
    store.onSessionsChanged?.((change) => cache.forget(change)) ?? (() => undefined);
  return { store: forgetting(store, cache), cache, stopListening };
}
