import type { Statement } from 'better-sqlite3';
import { afterQueries, giveWay, sliceState } from '../../precedence.js';
import { StoreUnavailableError } from '../failures.js';
import { asStoreFailure, isBusy } from './failure.js';
import { backoff, type Random } from '../retry.js';
import { Savepoints, type Result, type SavepointOptions } from './savepoints.js';

/** Writes that wait for no answer and join whatever transaction comes next. */
export interface Prologue {
  pending: () => boolean;
  /** The only sessions whose rows it changes. */
  sessions: () => string[];
  /** Runs inside the transaction, before its verbs, in a savepoint of its own. */
  run: () => void;
  /** The transaction with them in it was committed, or they are given up. */
  settled: (failure: unknown) => void;
}

/** Every write waits for its answer. */
export const noPrologue: Prologue = {
  pending: () => false,
  sessions: () => [],
  run: () => undefined,
  settled: () => undefined,
};

export interface WriterOptions extends SavepointOptions {
  random: Random;
  prologue: Prologue;
  /** Throws where no transaction may begin. */
  check: () => void;
  /** Calls back when all that was committed before is as lasting as it is to be, or with the reason why it is not. */
  synced: (done: (failure: Error | null) => void) => void;
  /** So many verbs were committed. */
  written: (count: number) => void;
  /**
   * Called before a transaction and after it, however it ended, and before anybody hears of that: the only sessions
   * whose rows it may change, or null where it may change anything.
   */
  changed: (sessions: readonly string[] | null) => void;
}

export interface Writer {
  /**
   * Runs `verb` in the next transaction. Settles after its COMMIT, when that is on the disk. `session` is the
   * only one whose row it may change, null where it changes none; default: it may change anything.
   */
  write: <T>(verb: () => T, session?: string | null) => Promise<T>;
  /** Commits what the prologue holds, at the end of the next turn. */
  wake: () => void;
  /** Commits what is queued, then refuses. Does not close the database. */
  close: () => Promise<void>;
}

interface Job {
  verb: () => unknown;
  session: string | null | undefined;
  resolve: (value: never) => void;
  reject: (error: Error) => void;
  attempts: number;
}

/** With the pauses between them, about 4 s. */
const ATTEMPTS = 26;

/** Group commit: what is written in a turn of the event loop, or two, shares one transaction, each in its own savepoint. */
export function createWriter(options: WriterOptions): Writer {
  const batches = new Batches(options);
  let closing: Promise<void> | null = null;
  return {
    write: (verb, session) =>
      closing === null
        ? batches.enqueue(verb, session)
        : Promise.reject(new StoreUnavailableError('The store is closed.')),
    wake: () => batches.schedule(0),
    // Without anything to commit it asks for no lock, which another process may hold for long.
    close: () =>
      (closing ??= batches.isIdle() ? Promise.resolve() : batches.enqueue(() => undefined)),
  };
}

class Batches {
  readonly #options: WriterOptions;
  readonly #savepoints: Savepoints;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  #queue: Job[] = [];
  /** So many jobs at the head of the queue run one by one, because the engine rolled their batch back. */
  #single = 0;
  #scheduled = false;
  /** What was committed is on its way to the disk: what comes meanwhile is the next transaction, and the next sync. */
  #syncing = false;
  /** A transaction was asked for meanwhile. */
  #isNextDue = false;
  /** How often in a row another process held the lock. */
  #refused = 0;

  constructor(options: WriterOptions) {
    const { db } = options;
    this.#options = options;
    this.#savepoints = new Savepoints(options);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  isIdle = (): boolean =>
    this.#queue.length === 0 && !this.#syncing && !this.#options.prologue.pending();

  enqueue<T>(verb: () => T, session?: string | null): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ verb, session, resolve, reject, attempts: 0 });
      this.schedule(0);
    });
  }

  schedule(pause: number): void {
    if (this.#scheduled) return;
    if (this.#syncing) {
      this.#isNextDue = true;
      return;
    }
    this.#scheduled = true;
    // setImmediate comes after the poll phase: every request that arrived in this turn has queued by then. Answers of this
    // turn leave in it, too, and must not wait for a transaction; what arrives while they do comes along. Slices come after
    // the poll phase already.
    const run = (): void => this.#run();
    if (pause > 0) setTimeout(run, pause);
    else if (sliceState() === 'running') setImmediate(run);
    else setImmediate(() => setImmediate(run));
  }

  #run(): void {
    this.#scheduled = false;
    const jobs = this.#queue.splice(0, this.#single > 0 ? 1 : this.#queue.length);
    this.#single = Math.max(0, this.#single - 1);
    if (jobs.length > 0 || this.#options.prologue.pending()) {
      giveWay();
      this.#announced(jobs);
    }
    if (this.#queue.length > 0) this.schedule(0);
  }

  /** Who waits for a job hears of its end in a later microtask. */
  #announced(jobs: Job[]): void {
    const { changed } = this.#options;
    const sessions = this.#sessionsOf(jobs);
    changed(sessions);
    try {
      this.#transact(jobs);
    } finally {
      changed(sessions);
    }
  }

  #sessionsOf(jobs: Job[]): string[] | null {
    const sessions = this.#options.prologue.sessions();
    for (const { session } of jobs) {
      if (session === undefined) return null;
      if (session !== null) sessions.push(session);
    }
    return sessions;
  }

  #transact(jobs: Job[]): void {
    const { db, prologue, check, undone, written, synced } = this.#options;
    try {
      check();
      this.#begin.run();
      this.#refused = 0;
    } catch (error) {
      if (isBusy(error)) return this.#again(jobs, error);
      prologue.settled(error);
      return fail(jobs, error);
    }
    const results = this.#runAll(jobs);
    if (results === null) return;
    try {
      this.#commit.run();
    } catch (error) {
      if (db.inTransaction) this.#rollback.run();
      undone();
      prologue.settled(error);
      return fail(jobs, error);
    }
    prologue.settled(null);
    written(jobs.length);
    if (jobs.length === 0) return;
    this.#syncing = true;
    synced((failure) => {
      this.#syncing = false;
      if (this.#isNextDue) this.schedule(0);
      this.#isNextDue = false;
      if (failure !== null) return fail(jobs, failure);
      jobs.forEach((job, index) => afterQueries(() => settle(job, results[index] as Result)));
    });
  }

  /** Null where the engine rolled the transaction back: then all has been seen to. */
  #runAll(jobs: Job[]): Result[] | null {
    const { db, prologue } = this.#options;
    if (prologue.pending()) {
      const result = this.#savepoints.run(() => prologue.run());
      if (!result.done) prologue.settled(result.error);
      if (!db.inTransaction) return this.#oneByOne(jobs);
    }
    const results: Result[] = [];
    for (const job of jobs) {
      const result = this.#savepoints.run(job.verb);
      results.push(result);
      if (db.inTransaction) continue;
      settle(job, result);
      return this.#oneByOne(jobs.filter((other) => other !== job));
    }
    return results;
  }

  /** Back to the head of the queue, in their order, a transaction each: the culprit can take nobody along. */
  #oneByOne(jobs: Job[]): null {
    this.#queue = [...jobs, ...this.#queue];
    this.#single += jobs.length;
    return null;
  }

  #again(jobs: Job[], error: unknown): void {
    this.#refused++;
    // Marks alone are given up too: no lock of another process may keep the loop waiting for them.
    if (jobs.length === 0 && this.#refused >= ATTEMPTS) {
      this.#refused = 0;
      return this.#options.prologue.settled(error);
    }
    for (const job of jobs) job.attempts++;
    const isOver = (job: Job): boolean => job.attempts >= ATTEMPTS;
    fail(jobs.filter(isOver), error);
    const rest = jobs.filter((job) => !isOver(job));
    if (this.#single > 0) this.#single += rest.length;
    this.#queue = [...rest, ...this.#queue];
    this.schedule(backoff(this.#refused, this.#options.random));
  }
}

function fail(jobs: Job[], error: unknown): void {
  for (const job of jobs) job.reject(asStoreFailure(error));
}

function settle(job: Job, result: Result): void {
  if (result.done) job.resolve(result.value as never);
  else job.reject(asStoreFailure(result.error));
}
