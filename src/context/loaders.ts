import DataLoader from 'dataloader';
import type { MaybePromise } from '../outcome.js';
import type { Loader, Loaders } from '../request.js';
import type { RoleTable, SessionRow, Store, UserRow } from '../store/store.js';

export const createLoaders = (store: Store): Loaders => new LazyLoaders(store);

type Read<Value> = (ids: readonly string[]) => MaybePromise<Value[]>;

/** Each loader is made when it is first used: most requests need none or one. */
class LazyLoaders implements Loaders {
  readonly #store: Store;
  #users: Loader<UserRow | null> | undefined;
  #sessions: Loader<SessionRow | null> | undefined;
  #roles: Loader<string[]> | undefined;
  #scopes: Loader<string[]> | undefined;
  #liveSessions: Loader<SessionRow[]> | undefined;
  #roleTable: MaybePromise<RoleTable> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  get userById() {
    return (this.#users ??= this.#loader((ids) => this.#store.usersByIds(ids)));
  }

  get sessionById() {
    return (this.#sessions ??= this.#loader((ids) => this.#store.sessionsByIds(ids)));
  }

  get rolesByUserId() {
    return (this.#roles ??= this.#loader((ids) => this.#store.rolesByUserIds(ids)));
  }

  get scopesByUserId() {
    const store = this.#store;
    if (store.scopesByUserIds === undefined) return null;
    return (this.#scopes ??= this.#loader((ids) => store.scopesByUserIds?.(ids) ?? []));
  }

  get liveSessionsByUserId() {
    return (this.#liveSessions ??= this.#loader((ids) => this.#store.liveSessionsByUserIds(ids)));
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

  #loader<Value>(read: Read<Value>): Loader<Value> {
    return this.#store.readsAtOnce === true ? new OneByOne(read) : batched(read);
  }
}

/** Where no network lies between, fifty look-ups cost less than the promises of a batch. */
class OneByOne<Value> implements Loader<Value> {
  readonly #read: Read<Value>;
  readonly #known = new Map<string, MaybePromise<Value>>();

  constructor(read: Read<Value>) {
    this.#read = read;
  }

  load(id: string): MaybePromise<Value> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const read = this.#read([id]);
    const value = read instanceof Promise ? read.then(first) : first(read);
    this.#known.set(id, value);
    return value;
  }
}

const first = <Value>(values: readonly Value[]): Value => values[0] as Value;

const batched = <Value>(read: Read<Value>): Loader<Value> =>
  // The store may answer at once; DataLoader wants a promise.
  new DataLoader<string, Value>(async (ids) => read(ids));
