import DataLoader from 'dataloader';
import type { MaybePromise } from '../outcome.js';
import type { ListLoader, Loaders } from '../request.js';
import type { RoleTable, SessionRow, Store, UserRow } from '../store/store.js';

export const createLoaders = (store: Store): Loaders => new LazyLoaders(store);

type Read<Value> = (ids: readonly string[]) => MaybePromise<Value[]>;

/** Each loader is made when it is first used: most requests need none or one. */
class LazyLoaders implements Loaders {
  readonly #store: Store;
  #users: ListLoader<UserRow | null> | undefined;
  #sessions: ListLoader<SessionRow | null> | undefined;
  #roles: ListLoader<string[]> | undefined;
  #scopes: ListLoader<string[]> | undefined;
  #liveSessions: ListLoader<SessionRow[]> | undefined;
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

  #loader<Value>(read: Read<Value>): ListLoader<Value> {
    return this.#store.readsAtOnce === true ? new AtOnce(read) : batched(read);
  }
}

/** Where no network lies between, a look-up costs less than the promises of a batch. */
class AtOnce<Value> implements ListLoader<Value> {
  readonly #read: Read<Value>;
  readonly #known = new Map<string, Value>();
  #expected: (() => readonly string[]) | null = null;

  constructor(read: Read<Value>) {
    this.#read = read;
  }

  expect(ids: () => readonly string[]): void {
    this.#expected = ids;
  }

  load(id: string): MaybePromise<Value> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const expected = this.#expected?.() ?? [];
    this.#expected = null;
    const ids = expected.includes(id) ? expected : [id];
    const read = this.#read(ids);
    const at = ids.indexOf(id);
    if (read instanceof Promise) return read.then((values) => values[at] as Value);
    for (const [index, each] of ids.entries()) this.#known.set(each, read[index] as Value);
    return read[at] as Value;
  }
}

function batched<Value>(read: Read<Value>): ListLoader<Value> {
  // The store may answer at once; DataLoader wants a promise.
  const loader = new DataLoader<string, Value>(async (ids) => read(ids));
  return { load: (id) => loader.load(id), expect: () => undefined };
}
