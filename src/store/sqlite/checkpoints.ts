import { resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../thread.js';
import { driver } from './driver.js';

/** Brings the write-ahead log into the database, beside the event loop. */
export interface Checkpoints {
  /** So many writes were committed. */
  written: (count: number) => void;
  close: () => Promise<void>;
}

// A thread that failed ends as well, and nothing is lost with it: the log holds what was written.
const endOf = (thread: Worker): Promise<void> =>
  new Promise((resolve) => thread.once('exit', () => resolve()));

/** For what is in memory, which has no log, and for a connection beside the one that has them made. */
export const noCheckpoints: Checkpoints = {
  written: () => undefined,
  close: () => Promise.resolve(),
};

/** A write changes a page or two, so that the log rarely grows to the 4 MB at which SQLite alone would do this. */
const EVERY = 256;

const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require(workerData.driver);
const db = new Database(workerData.path, { fileMustExist: true, timeout: 0 });
db.pragma('synchronous = NORMAL');
parentPort.on('message', (word) => {
  if (word === 'close') {
    db.close();
    return parentPort.close();
  }
  try {
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch {
    // The log stays, and the next one takes it along.
  }
  parentPort.postMessage('done');
});
`;

/**
 * A checkpoint copies pages and waits for the disk twice, some 5 ms in all. A thread with a connection of its own does
 * it, in the mode that keeps nobody waiting. It begins with the first log that is worth it: who writes little has none.
 */
export function createCheckpoints(file: string): Checkpoints {
  const path = resolve(file);
  let thread: Worker | null = null;
  let busy = false;
  let broken = false;
  let written = 0;

  function start(): Worker {
    const started = startThread(THREAD, {
      name: 'gatehouse checkpoints',
      driver,
      data: { path },
    });
    started.unref();
    started.on('message', () => {
      busy = false;
    });
    // Then the connection that writes does it, where the log has grown to four times of that.
    started.on('error', () => {
      broken = true;
    });
    return started;
  }

  return {
    written(count) {
      written += count;
      if (written < EVERY || busy || broken) return;
      written = 0;
      try {
        (thread ??= start()).postMessage('checkpoint');
        busy = true;
      } catch {
        // There is no thread to be had (EAGAIN): what was committed stays committed, and whoever waits for it is told.
        broken = true;
      }
    },
    async close() {
      if (thread === null || broken) return;
      broken = true;
      const ended = endOf(thread);
      thread.ref();
      thread.postMessage('close');
      await ended;
    },
  };
}
