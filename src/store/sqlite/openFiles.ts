import type { Database } from 'better-sqlite3';
import { statSync, type Stats } from 'node:fs';

const REGISTRY = Symbol.for('graphql-gatehouse.openFiles');
/** By file. Of the whole process: this module may have been loaded twice. */
const registry: Map<string, WeakRef<Database>[]> = ((
  globalThis as { [REGISTRY]?: Map<string, WeakRef<Database>[]> }
)[REGISTRY] ??= new Map<string, WeakRef<Database>[]>());

/** Names a file by what no second one has while it is open: afterwards the system gives it to another. */
const nameOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

const stillOpen = (held: WeakRef<Database>[]) => held.filter((db) => db.deref()?.open === true);

export function rememberOpen(path: string, db: Database): void {
  for (const [name, held] of registry) if (stillOpen(held).length === 0) registry.delete(name);
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return;
  const name = nameOf(file);
  registry.set(name, [...stillOpen(registry.get(name) ?? []), new WeakRef(db)]);
}

/**
 * Whether this process has the file open. SQLite would lose its locks on it to anybody in the process who closes it
 * (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled).
 */
export const isOpenHere = (file: Stats): boolean =>
  stillOpen(registry.get(nameOf(file)) ?? []).length > 0;
