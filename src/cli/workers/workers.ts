import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../../log.js';
import { CommandError, exitCodes, type ExitCode } from '../exitCodes.js';
import type { Ending } from '../ending.js';
import { STOP, WORKER_MARK, type FromWorker } from './messages.js';
import { createRestarts } from './restarts.js';

export interface Workers {
  /** Settles with the URL of the endpoint when all of them serve; rejects where they cannot start. */
  readonly started: Promise<string>;
  /** Rejects when they keep ending and none serves any more. Never settles otherwise. */
  readonly hopeless: Promise<never>;
  /** Lets all of them finish what is under way. Settles when the last has ended. */
  stop(): Promise<void>;
}

interface Options {
  readonly count: number;
  readonly port: number;
  readonly log: Log;
}

interface Member {
  readonly worker: Worker;
  /** By `performance.now()`; null = it does not serve yet. */
  servesSince: number | null;
  /** Why it could not start, where it has said so. */
  failed: Ending | null;
}

/** Longer than a stop takes that goes well. Milliseconds. */
const LONGEST_STOP = 15_000;

/** Starts workers on one port, and replaces those that end. */
export function createWorkers({ count, port, log }: Options): Workers {
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const members = new Set<Member>();
  const pauses = new Set<NodeJS.Timeout>();
  const pauseOf = createRestarts();
  const started = deferred<string>();
  const hopeless = deferred<never>();
  const empty = deferred<void>();
  let isStarted = false;
  let isStopping = false;

  const serving = (): number =>
    [...members].filter(({ servesSince }) => servesSince !== null).length;

  function fork(): void {
    const worker = cluster.fork({ [WORKER_MARK]: port });
    const member: Member = { worker, servesSince: null, failed: null };
    members.add(member);
    worker.on('message', (message: unknown) => {
      if (isOurs(message)) heard(member, message);
    });
    worker.once('exit', (code, signal) => ended(member, code, signal));
    // Such as a message to one that has just ended, or a process that could not be made at all.
    worker.on('error', (err) => {
      log.warn({ err, ...nameOf(member) }, 'A worker cannot be reached.');
      if (worker.process.pid === undefined) ended(member, null, null);
    });
  }

  function heard(member: Member, message: FromWorker): void {
    if (message.kind === 'failed') {
      member.failed = message;
      return;
    }
    member.servesSince = performance.now();
    log.info(nameOf(member), 'A worker serves.');
    if (serving() < count) return;
    isStarted = true;
    started.resolve(message.url);
  }

  function ended(member: Member, code: number | null, signal: string | null): void {
    if (!members.delete(member)) return;
    if (isStopping) {
      if (members.size === 0) empty.resolve();
      return;
    }
    const { servesSince, failed } = member;
    // What one of them says at the first start is true of all: a port in use, a store of a newer schema.
    if (failed !== null && !isStarted) return giveUp(failed);
    const pause = pauseOf({
      served: servesSince === null ? null : performance.now() - servesSince,
      inOrder: code === 0,
      othersServe: serving() > 0,
    });
    const details = { ...nameOf(member), code, signal, reason: failed?.message ?? null };
    if (pause === null) {
      log.error(details, 'A worker has ended, and none serves.');
      return giveUp(failed ?? lastWords(code, signal));
    }
    log.warn({ ...details, replacedInMs: pause }, 'A worker has ended and is replaced.');
    const timer = setTimeout(() => {
      pauses.delete(timer);
      fork();
    }, pause);
    pauses.add(timer);
  }

  function giveUp({ exitCode, message }: Ending): void {
    const error = new CommandError(exitCode, message);
    started.reject(error);
    hopeless.reject(error);
  }

  async function stop(): Promise<void> {
    isStopping = true;
    for (const pause of pauses) clearTimeout(pause);
    if (members.size === 0) return;
    for (const { worker, servesSince } of members) {
      // One that does not serve yet has nothing to finish.
      if (servesSince === null) worker.process.kill('SIGKILL');
      else worker.send(STOP, () => undefined);
    }
    const impatience = setTimeout(() => {
      for (const { worker } of members) worker.process.kill('SIGKILL');
    }, LONGEST_STOP);
    await empty.promise;
    clearTimeout(impatience);
  }

  for (let index = 0; index < count; index += 1) fork();
  return { started: started.promise, hopeless: hopeless.promise, stop };
}

/** The functions that settings name run in a worker too, and may send messages of their own. */
const isOurs = (message: unknown): message is FromWorker =>
  typeof message === 'object' &&
  message !== null &&
  'kind' in message &&
  (message.kind === 'serving' || message.kind === 'failed');

const nameOf = ({ worker }: Member) => ({ worker: worker.id, workerPid: worker.process.pid });

function lastWords(code: number | null, signal: string | null): Ending {
  const known = Object.values(exitCodes).find((one) => one === code && one !== exitCodes.done);
  const exitCode: ExitCode = known ?? exitCodes.failed;
  return {
    exitCode,
    message: `The workers keep ending, the last one with ${signal ?? `exit code ${code}`}, and none serves. What they wrote before says why; gatehouse serve --workers 1 shows it alone.`,
  };
}

function deferred<T>() {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [
    () => undefined,
    () => undefined,
  ];
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  // Whether anybody waits for it depends on how far the start has come.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
