import type { Database, Statement } from 'better-sqlite3';

export interface SavepointOptions {
  db: Database;
  /** Something that was written has been undone: forget what was learnt from it. */
  undone: () => void;
}

export type Result = { done: true; value: unknown } | { done: false; error: unknown };

/** A part of a transaction that can be undone alone. */
export class Savepoints {
  readonly #options: SavepointOptions;
  readonly #set: Statement;
  readonly #release: Statement;
  readonly #undo: Statement;

  constructor(options: SavepointOptions) {
    this.#options = options;
    this.#set = options.db.prepare('SAVEPOINT verb');
    this.#release = options.db.prepare('RELEASE verb');
    this.#undo = options.db.prepare('ROLLBACK TO verb');
  }

  /** Afterwards the transaction may be over: look at `db.inTransaction`. */
  run(verb: () => unknown): Result {
    try {
      this.#set.run();
      const value = verb();
      this.#release.run();
      return { done: true, value };
    } catch (error) {
      this.#options.undone();
      this.#undoVerb();
      return { done: false, error };
    }
  }

  #undoVerb(): void {
    const { db } = this.#options;
    // Some errors (disk full, I/O) may end the whole transaction: https://sqlite.org/lang_transaction.html
    if (!db.inTransaction) return;
    try {
      this.#undo.run();
      this.#release.run();
    } catch {
      // What cannot be undone alone is undone with all the others, and they run again.
      if (db.inTransaction) db.exec('ROLLBACK');
    }
  }
}
