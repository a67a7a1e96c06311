import DataLoader from 'dataloader';
import type { MaybePromise } from '../outcome.js';
import type { Loaders } from '../request.js';
import type { RoleTable, SessionRow, Store, UserRow } from '../store/store.js';

export const createLoaders = (store: Store): Loaders => new LazyLoaders(store);

/** Each loader is made when it is first used: most requests need none or one. */
class LazyLoaders implements Loaders {
  readonly #store: Store;
  #users: DataLoader<string, UserRow | null> | undefined;
  #sessions: DataLoader<string, SessionRow | null> | undefined;
  #roles: DataLoader<string, string[]> | undefined;
  #scopes: DataLoader<string, string[]> | undefined;
  #liveSessions: DataLoader<string, SessionRow[]> | undefined;
  #roleTable: MaybePromise<RoleTable> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get userById() {
    return (this.#users ??= batched((ids) => this.#store.usersByIds(ids)));
  }

  get sessionById() {
    return (this.#sessions ??= batched((ids) => this.#store.sessionsByIds(ids)));
  }

  get rolesByUserId() {
    return (this.#roles ??= batched((ids) => this.#store.rolesByUserIds(ids)));
  }

  get scopesByUserId() {
    const store = this.#store;
    if (store.scopesByUserIds === undefined) return null;
    return (this.#scopes ??= batched((ids) => store.scopesByUserIds?.(ids) ?? []));
  }

  get liveSessionsByUserId() {
    return (this.#liveSessions ??= batched((ids) => this.#store.liveSessionsByUserIds(ids)));
  }

  forget() {
    this.#users = undefined;
    this.#sessions = undefined;
    this.#roles = undefined;
    this.#scopes = undefined;
    this.#liveSessions = undefined;
    this.#roleTable = undefined;
  }

  roleTable() {
    return (this.#roleTable ??= this.#store.roleTable());
  }
}

const batched = <Value>(read: (ids: readonly string[]) => MaybePromise<Value[]>) =>
  // The store may answer at once; DataLoader wants a promise.
  new DataLoader<string, Value>(async (ids) => read(ids));
