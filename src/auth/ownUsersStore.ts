import { createHash } from 'node:crypto';
import type { Elsewhere } from '../services/login/elsewhere.js';
import { normalizeEmail } from '../services/email.js';
import type { GrantsRow, Store, UserRow } from '../store/store.js';
import type { Clock } from '../time.js';
import { createOwnUsersReader, type FoundUser, type OwnUsersReader } from './ownUsersReader.js';
import type { OwnUser, OwnUsers } from './ownUsers.js';

export interface OwnUsersParts {
  /** The store given, with users and grants as the embedder's table has them. Sessions refer to a row of ours. */
  readonly store: Store;
  readonly elsewhere: Elsewhere;
}

/** Puts the embedder's table in the place of ours. The store given keeps sessions, and a row for whom they belong to. */
export function createOwnUsers(users: OwnUsers, store: Store, clock: Clock): OwnUsersParts {
  const reader = createOwnUsersReader(users);
  const shadowOf = createShadows(store, clock);
  const find = async (id: string) => {
    const [user = null] = await reader.find([id]);
    return user && rowOf(user, await shadowOf(user.id, user.email && normalizeEmail(user.email)));
  };
  return {
    store: over(store, {
      ...createReads(reader, store),
      ...createWrites(reader, store),
      /** What is taken back is noted in our row: who holds only a token of another system may not have one yet. */
      async revokeSessions(which, cause, audit) {
        if (which.by === 'user' && which.except === undefined) await find(which.userId);
        return store.revokeSessions(which, cause, audit);
      },
    }),
    elsewhere: {
      async check(input, origin) {
        const user = await reader.authenticate(input, origin);
        return user && rowOf(user, await shadowOf(user.id, normalizeEmail(input.email)));
      },
      find,
    },
  };
}

type Reads = Pick<
  Store,
  'readsAtOnce' | 'usersByIds' | 'userByUsername' | 'rolesByUserIds' | 'scopesByUserIds'
>;

function createReads(reader: OwnUsersReader, store: Store): Reads {
  const grantsBy = async (ids: readonly string[]) =>
    Promise.all((await reader.find(ids)).map(async (user) => user?.grants() ?? null));
  const usersByIds = async (ids: readonly string[]) => {
    const shadows = await store.usersByIds(ids);
    return (await reader.find(ids)).map((user, at) => user && rowOf(user, shadows[at] ?? null));
  };
  return {
    readsAtOnce: false,
    usersByIds,
    /** Our row says which user was imported under the name; whether they may come in, the embedder's does. */
    async userByUsername(username) {
      const shadow = await store.userByUsername(username);
      return shadow && ((await usersByIds([shadow.id]))[0] ?? null);
    },
    rolesByUserIds: async (ids) => (await grantsBy(ids)).map((grants) => grants?.roles ?? []),
    scopesByUserIds: async (ids) => (await grantsBy(ids)).map((grants) => grants?.scopes ?? []),
  };
}

type Writes = Pick<Store, 'openSession' | 'rotate' | 'userChanged'>;
type Revoking = Pick<Store, 'revokeSessions'>;

/**
 * Each reads our row before the embedder's: where `userChanged` comes in between, the token has the earlier change
 * number and is stale, and what it has written about the account stands.
 */
function createWrites(reader: OwnUsersReader, store: Store): Writes {
  /** Brings our row in line, unless it has changed since. */
  async function follow(shadow: Shadow, user: FoundUser | null): Promise<void> {
    const { id: userId, changeNumber: expectedChangeNumber } = shadow;
    const isClosed = user === null || user.disabledAt !== null;
    if (isClosed === (shadow.disabledAt !== null)) return;
    const [verb, event] = isClosed
      ? (['disableUser', 'user_disabled'] as const)
      : (['enableUser', 'user_enabled'] as const);
    await store[verb]({ userId, expectedChangeNumber }, { event, actorId: null, userId });
  }

  async function findOne(id: string): Promise<FoundUser | null> {
    return (await reader.find([id]))[0] ?? null;
  }

  return {
    async openSession(input, audit) {
      const [shadow] = await store.usersByIds([input.userId]);
      const user = await findOne(input.userId);
      if (!shadow || user === null) return { kind: 'changed' };
      await follow(shadow, user);
      if (user.disabledAt !== null) return { kind: 'disabled' };
      const granted = { ...(await user.grants()), userChangeNumber: shadow.changeNumber };
      return withOwn(await store.openSession(input, audit), user, granted);
    },

    async rotate(input) {
      const { userId: id } = input;
      const state = await store.sessionState(input.sessionId);
      if (state?.session.userId !== id) return store.rotate(input);
      const user = await findOne(id);
      if (user === null) return { kind: 'unknown' };
      const { userChangeNumber, userDisabledAt: disabledAt } = state;
      await follow({ id, changeNumber: userChangeNumber, disabledAt }, user);
      if (user.disabledAt !== null) return { kind: 'disabled' };
      const granted = { ...(await user.grants()), userChangeNumber };
      return withOwn(await store.rotate(input), user, granted);
    },

    async userChanged(userId, audit) {
      const shadow = await store.userChanged(userId, audit);
      if (shadow !== null) await follow(shadow, await findOne(userId));
      return shadow;
    },
  };
}

type Shadow = Pick<UserRow, 'id' | 'changeNumber' | 'disabledAt'>;
type Granted = Omit<GrantsRow, 'roleTable'>;

/** What the store answered, with the embedder's user and grants where it answered any. */
const withOwn = <Answer extends object>(
  answer: Answer,
  user: FoundUser,
  granted: Granted,
): Answer => {
  if (!('user' in answer && 'grants' in answer)) return answer;
  const { user: shadow, grants } = answer as { user: UserRow; grants: GrantsRow };
  return { ...answer, user: rowOf(user, shadow), grants: { ...grants, ...granted } };
};

/** What resolvers of `User` are given. */
type OwnUserRow = UserRow & { readonly own: OwnUser };

/** `User.email` is nullable, and nothing else reads it where passwords are compared elsewhere. */
const rowOf = (user: FoundUser, shadow: UserRow | null): OwnUserRow => ({
  id: user.id,
  email: user.email as string,
  passwordHash: null,
  createdAt: shadow?.createdAt ?? 0,
  lastLoginAt: shadow?.lastLoginAt ?? null,
  disabledAt: user.disabledAt,
  tokensRevokedAt: shadow?.tokensRevokedAt ?? null,
  changeNumber: shadow?.changeNumber ?? 0,
  own: user.own,
});

/** The row that sessions refer to: made when it is first needed, under its email where no other has that. */
function createShadows(store: Store, clock: Clock) {
  const read = async (id: string) => (await store.usersByIds([id]))[0] ?? null;

  return async (id: string, email: string | null): Promise<UserRow> => {
    const known = await read(id);
    if (known !== null) return known;
    const name = createHash('sha256').update(id).digest('hex');
    for (const unique of [email || [], `${name}@own-users.invalid`].flat()) {
      const made = await store
        .createUser(
          { id, email: unique, passwordHash: null, createdAt: clock.now(), roles: [] },
          { event: 'user_created', actorId: null, userId: id },
        )
        .catch((error: unknown) => ({ kind: 'failed' as const, error }));
      if (made.kind === 'created') return made.user;
      // Another login of the same user may have been first, under this name or another.
      const other = await read(id);
      if (other !== null) return other;
      if (made.kind === 'failed') throw made.error;
    }
    throw new Error('No row could be made for the sessions of a user.');
  };
}

/** A store may be an instance of a class: its verbs keep their `this`. */
function over(store: Store, verbs: Reads & Writes & Revoking): Store {
  const own: Partial<Store> = {
    ...verbs,
    // Asked by every request: bound once.
    sessionState: store.sessionState.bind(store),
  };
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof Store];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
