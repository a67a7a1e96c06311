import type { Options } from '@node-rs/argon2';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../thread.js';

export { parseOptions } from '@node-rs/argon2';

/** What a thread is asked, and what it answers. */
interface Calls {
  hashSync: (password: string, options: Options) => string;
  verifySync: (hash: string, password: string) => boolean;
}

interface Thread {
  readonly worker: Worker;
  /** Null while it waits for work. */
  job: { resolve: (answer: never) => void; reject: (error: Error) => void } | null;
  /** Ends it. */
  idle: NodeJS.Timeout | undefined;
}

/** Milliseconds after which a thread that nobody needs ends. */
const IDLE = 60_000;

/**
 * On Linux a priority belongs to a thread, elsewhere to the whole process. A thread that waits for a packet goes before
 * those that hash, which would else have its core for some milliseconds at a time.
 */
const NICENESS = process.platform === 'linux' ? 10 : 0;

const THREAD = `
const { setPriority } = require('node:os');
const { parentPort, workerData } = require('node:worker_threads');
const argon2 = require(workerData.driver);
try {
  if (workerData.niceness > 0) setPriority(0, workerData.niceness);
} catch {
  // Then it hashes as all others work.
}
parentPort.on('message', ({ name, values }) => {
  try {
    parentPort.postMessage({ answer: argon2[name](...values) });
  } catch (error) {
    parentPort.postMessage({ error });
  }
});
`;

const waiting: Thread[] = [];

/**
 * Asks argon2 on a thread of its own: one for each call that runs at the same time. The pool of Node has four threads by
 * default, however many cores there are, and whoever hashes there keeps the disk and host names waiting.
 */
export function onHashThread<Name extends keyof Calls>(
  name: Name,
  ...values: Parameters<Calls[Name]>
): Promise<ReturnType<Calls[Name]>> {
  const thread = waiting.pop() ?? start();
  clearTimeout(thread.idle);
  thread.worker.ref();
  return new Promise((resolve, reject) => {
    thread.job = { resolve, reject };
    thread.worker.postMessage({ name, values });
  });
}

function start(): Thread {
  const worker = startThread(THREAD, {
    name: 'gatehouse passwords',
    driver: '@node-rs/argon2',
    data: { niceness: NICENESS },
  });
  const thread: Thread = { worker, job: null, idle: undefined };
  worker.on('message', ({ answer, error }: { answer: never; error?: Error }) => {
    const { job } = thread;
    rest(thread);
    if (error === undefined) job?.resolve(answer);
    else job?.reject(error);
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
