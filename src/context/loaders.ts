import DataLoader from 'dataloader';
import { andThen, type MaybePromise } from '../outcome.js';
import { MAX_ROWS } from '../limits/limits.js';
import type { Loader, Loaders, RowsAdmitted } from '../request.js';
import type { RoleTable, SessionRow, Store, UserRow } from '../store/store.js';

export const createLoaders = (store: Store): Loaders => new LazyLoaders(store);

/** Errors about one answer that is too large: nobody reads more. */
const MAX_REFUSALS = 20;

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
  #rows = 0;
  #refusals = 0;

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

  admitRows(count: number): RowsAdmitted {
    this.#rows += count;
    if (this.#rows <= MAX_ROWS) return 'fit';
    return ++this.#refusals <= MAX_REFUSALS ? 'refused' : 'refused again';
  }

  admitAnew() {
    this.#rows = this.#refusals = 0;
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
    return this.#store.readsAtOnce === true ? new AtOnce(read) : batched(read);
  }
}

/** Where no network lies between, a look-up costs less than the promises of a batch. */
class AtOnce<Value> implements Loader<Value> {
  readonly #read: Read<Value>;
  /** Most requests ask for one. */
  #first: { readonly id: string; readonly value: Value } | null = null;
  #others: Map<string, Value> | null = null;
  #expected: (() => readonly string[]) | null = null;

  constructor(read: Read<Value>) {
    this.#read = read;
  }

  expect(ids: () => readonly string[]): void {
    this.#expected = ids;
  }

  load(id: string): MaybePromise<Value> {
    const known = this.#known(id);
    if (known !== undefined) return known;
    const expected = this.#expected?.() ?? [];
    this.#expected = null;
    const ids = expected.includes(id) ? expected : [id];
    const at = ids.indexOf(id);
    return andThen(this.#readAll(ids), (values) => values[at] as Value);
  }

  loadMany(ids: readonly string[]): MaybePromise<Value[]> {
    const known = ids.map((id) => this.#known(id));
    return known.includes(undefined) ? this.#readAll(ids) : (known as Value[]);
  }

  #readAll(ids: readonly string[]): MaybePromise<Value[]> {
    return andThen(this.#read(ids), (values) => {
      ids.forEach((id, at) => this.#keep(id, values[at] as Value));
      return values;
    });
  }

  #known(id: string): Value | undefined {
    return this.#first?.id === id ? this.#first.value : this.#others?.get(id);
  }

  #keep(id: string, value: Value): void {
    if (this.#first === null || this.#first.id === id) this.#first = { id, value };
    else (this.#others ??= new Map()).set(id, value);
  }
}

function batched<Value>(read: Read<Value>): Loader<Value> {
  // The store may answer at once; DataLoader wants a promise.
  const loader = new DataLoader<string, Value>(async (ids) => read(ids));
  return {
    load: (id) => loader.load(id),
    loadMany: (ids) => loader.loadMany(ids),
    expect: () => undefined,
  };
}
