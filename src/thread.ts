import { Worker } from 'node:worker_threads';
import { requireHere } from './requireHere.js';

interface ThreadOptions {
  readonly name: string;
  /** A package of ours, whose path the code finds in `workerData.driver`. */
  readonly driver: string;
  /** What else it finds in `workerData`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Starts a thread. Its code is CommonJS in a string: a file of its own would be another one in the sources than in the
 * package, and lost by a bundler.
 */
export function startThread(code: string, { name, driver, data }: ThreadOptions): Worker {
  return new Worker(code, {
    ...{ eval: true, execArgv: [], name },
    workerData: { ...data, driver: requireHere().resolve(driver) },
  });
}
