import type { Database } from 'better-sqlite3';
import { statSync, type Stats } from 'node:fs';

interface OpenFile {
  name: string;
  db: WeakRef<Database>;
}

const REGISTRY = Symbol.for('graphql-gatehouse.openFiles');
/** Of the whole process: this module may have been loaded twice. */
const registry: Set<OpenFile> = ((globalThis as { [REGISTRY]?: Set<OpenFile> })[REGISTRY] ??=
  new Set<OpenFile>());

/** Names a file by what no second one has while it is open: afterwards the system gives it to another. */
const nameOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

const isOpen = ({ db }: OpenFile): boolean => db.deref()?.open === true;

export function rememberOpen(path: string, db: Database): void {
  for (const one of registry) if (!isOpen(one)) registry.delete(one);
  const file = statSync(path, { throwIfNoEntry: false });
  if (file !== undefined) registry.add({ name: nameOf(file), db: new WeakRef(db) });
}

/**
 * Whether this process has the file open. SQLite would lose its locks on it to anybody in the process who closes it
 * (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled).
 */
export function isOpenHere(file: Stats): boolean {
  const name = nameOf(file);
  return [...registry].some((one) => one.name === name && isOpen(one));
}
