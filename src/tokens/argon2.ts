import type { Options } from '@node-rs/argon2';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../thread.js';

export { parseOptions } from '@node-rs/argon2';

/** What argon2 is asked. */
export type Hashing =
  | { readonly verb: 'hash'; readonly password: string; readonly options: Options }
  | {
      readonly verb: 'verify';
      readonly hash: string;
      readonly password: string;
      /** Is compared with instead of a damaged hash, which matches nothing: the answer takes as long as any. */
      readonly dummy: string;
    };

type Answers = PromiseSettledResult<string | boolean>[];

interface Thread {
  readonly worker: Worker;
  /** Null while it waits for work. */
  job: { resolve: (answers: Answers) => void; reject: (error: Error) => void } | null;
  /** Ends it. */
  idle: NodeJS.Timeout | undefined;
}

/** Milliseconds after which a thread that nobody needs ends. */
const IDLE = 60_000;

/**
 * On Linux a priority belongs to a thread, elsewhere to the whole process. A thread that waits for a packet goes before
 * those that hash, which would else have its core for some milliseconds at a time. Where there is one core only, and
 * others keep it busy, this one still gets some 3 % of it.
 */
const NICENESS = process.platform === 'linux' ? 15 : 0;

const THREAD = `
const { setPriority } = require('node:os');
const { parentPort, workerData } = require('node:worker_threads');
const argon2 = require(workerData.driver);
try {
  if (workerData.niceness > 0) setPriority(0, workerData.niceness);
} catch {
  // Then it hashes as all others work.
}
const verbs = {
  hash: ({ password, options }) => argon2.hashSync(password, options),
  verify({ hash, password, dummy }) {
    try {
      return argon2.verifySync(hash, password);
    } catch {
      argon2.verifySync(dummy, '');
      return false;
    }
  },
};
const answer = (asked) => {
  try {
    return { status: 'fulfilled', value: verbs[asked.verb](asked) };
  } catch (reason) {
    return { status: 'rejected', reason };
  }
};
parentPort.on('message', (asked) => parentPort.postMessage(asked.map(answer)));
`;

const waiting: Thread[] = [];

/**
 * Asks argon2 on a thread of its own: one for each call that runs at the same time. The pool of Node has four threads by
 * default, however many cores there are, and whoever hashes there keeps the disk and host names waiting. What is asked in
 * one call is answered together.
 */
export function onHashThread(asked: readonly Hashing[]): Promise<Answers> {
  const thread = waiting.pop() ?? start();
  clearTimeout(thread.idle);
  thread.worker.ref();
  return new Promise((resolve, reject) => {
    thread.job = { resolve, reject };
    thread.worker.postMessage(asked);
  });
}

function start(): Thread {
  const worker = startThread(THREAD, {
    name: 'gatehouse passwords',
    driver: '@node-rs/argon2',
    data: { niceness: NICENESS },
  });
  const thread: Thread = { worker, job: null, idle: undefined };
  worker.on('message', (answers: Answers) => {
    const { job } = thread;
    rest(thread);
    job?.resolve(answers);
  });
  worker.on('error', (error) => thread.job?.reject(error));
  worker.on('exit', () => {
    forget(thread);
    thread.job?.reject(new Error('The thread that hashed the password has ended.'));
  });
  return thread;
}

function rest(thread: Thread): void {
  thread.job = null;
  thread.worker.unref();
  waiting.push(thread);
  thread.idle = setTimeout(() => {
    forget(thread);
    void thread.worker.terminate();
  }, IDLE).unref();
}

function forget(thread: Thread): void {
  const at = waiting.indexOf(thread);
  if (at !== -1) waiting.splice(at, 1);
}
