import type { Database } from 'better-sqlite3';
import { StoreUnavailableError } from '../failures.js';
import { asStoreFailure, isBusy } from './failure.js';
import { backoff, type Random } from './retry.js';

/** Writes that wait for no answer and join whatever transaction comes next. */
export interface Prologue {
  pending: () => boolean;
  /** Runs inside the transaction, before its verbs, in a savepoint of its own. */
  run: () => void;
  /** The transaction with them in it was committed, or they are given up. */
  settled: (failure: unknown) => void;
}

export interface WriterOptions {
  db: Database;
  random: Random;
  prologue: Prologue;
  /** Throws where no transaction may begin. */
  check: () => void;
  /** Something that was written has been undone: forget what was learnt from it. */
  undone: () => void;
}

export interface Writer {
  /** Runs `verb` in the transaction of this turn. Settles after its COMMIT. */
  write: <T>(verb: () => T) => Promise<T>;
  /** Commits what the prologue holds, at the end of this turn. */
  wake: () => void;
  /** Commits what is queued, then refuses. Does not close the database. */
  close: () => Promise<void>;
}

interface Job {
  verb: () => unknown;
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  attempts: number;
}

type Result = { done: true; value: unknown } | { done: false; error: unknown };

/** With the engine's own wait of 50 ms before each, about 4 s. */
const ATTEMPTS = 20;

/** Group commit: the writes of one turn of the event loop share one transaction, each in its own savepoint. */
export function createWriter({ db, random, prologue, check, undone }: WriterOptions): Writer {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT verb');
  const release = db.prepare('RELEASE verb');
  const undo = db.prepare('ROLLBACK TO verb');

  let queue: Job[] = [];
  /** So many jobs at the head of the queue run one by one, because the engine rolled their batch back. */
  let single = 0;
  let scheduled = false;
  /** How often in a row another process held the lock. */
  let refused = 0;
  let closing: Promise<void> | null = null;

  const schedule = (pause: number): void => {
    if (scheduled) return;
    scheduled = true;
    // setImmediate comes after the poll phase: every request that arrived in this turn has queued by then.
    if (pause === 0) setImmediate(run);
    else setTimeout(run, pause);
  };

  const enqueue = <T>(verb: () => T): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ verb, resolve, reject, attempts: 0 });
      schedule(0);
    });

  function run(): void {
    scheduled = false;
    const jobs = queue.splice(0, single > 0 ? 1 : queue.length);
    single = Math.max(0, single - 1);
    if (jobs.length > 0 || prologue.pending()) transact(jobs);
    if (queue.length > 0) schedule(0);
  }

  function transact(jobs: Job[]): void {
    try {
      check();
      begin.run();
      refused = 0;
    } catch (error) {
      if (isBusy(error)) return again(jobs, error);
      prologue.settled(error);
      return fail(jobs, error);
    }
    if (prologue.pending()) {
      const result = inSavepoint(() => prologue.run());
      if (!result.done) prologue.settled(result.error);
      if (!db.inTransaction) return oneByOne(jobs);
    }
    const results: Result[] = [];
    for (const job of jobs) {
      const result = inSavepoint(job.verb);
      results.push(result);
      if (db.inTransaction) continue;
      if (!result.done) fail([job], result.error);
      return oneByOne(jobs.filter((other) => other !== job));
    }
    try {
      commit.run();
    } catch (error) {
      if (db.inTransaction) rollback.run();
      undone();
      prologue.settled(error);
      return fail(jobs, error);
    }
    prologue.settled(null);
    jobs.forEach((job, index) => settle(job, results[index] as Result));
  }

  function inSavepoint(verb: () => unknown): Result {
    try {
      savepoint.run();
      const value = verb();
      release.run();
      return { done: true, value };
    } catch (error) {
      undone();
      // Some errors (disk full, I/O) may end the whole transaction: https://sqlite.org/lang_transaction.html
      if (db.inTransaction) undoVerb();
      return { done: false, error };
    }
  }

  function undoVerb(): void {
    try {
      undo.run();
      release.run();
    } catch {
      // What cannot be undone alone is undone with all the others, and they run again.
      if (db.inTransaction) rollback.run();
    }
  }

  /** Back to the head of the queue, in their order, a transaction each: the culprit can take nobody along. */
  function oneByOne(jobs: Job[]): void {
    queue = [...jobs, ...queue];
    single += jobs.length;
  }

  function again(jobs: Job[], error: unknown): void {
    refused++;
    // Marks alone are given up too: no lock of another process may keep the loop waiting for them.
    if (jobs.length === 0 && refused >= ATTEMPTS) {
      refused = 0;
      return prologue.settled(error);
    }
    for (const job of jobs) job.attempts++;
    fail(
      jobs.filter((job) => job.attempts >= ATTEMPTS),
      error,
    );
    const rest = jobs.filter((job) => job.attempts < ATTEMPTS);
    if (single > 0) single += rest.length;
    queue = [...rest, ...queue];
    schedule(backoff(refused, random));
  }

  return {
    write: (verb) =>
      closing === null
        ? enqueue(verb)
        : Promise.reject(new StoreUnavailableError('The store is closed.')),
    wake: () => schedule(0),
    close: () => (closing ??= enqueue(() => undefined)),
  };
}

function fail(jobs: Job[], error: unknown): void {
  for (const job of jobs) job.reject(asStoreFailure(error));
}

function settle(job: Job, result: Result): void {
  if (result.done) job.resolve(result.value as never);
  else job.reject(asStoreFailure(result.error));
}
