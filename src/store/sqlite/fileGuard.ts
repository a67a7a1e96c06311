import { statSync, type Stats } from 'node:fs';
import { StoreUnavailableError } from '../failures.js';
import { IN_MEMORY } from './connection.js';

/** Watches that the path still leads to the file that was opened. */
export interface FileGuard {
  /** Looks now. Throws where the file was deleted, replaced or emptied. */
  check: () => void;
  /** Throws what the last look found; costs nothing. */
  assert: () => void;
  stop: () => void;
}

const INTERVAL = 1000;
const unwatched: FileGuard = {
  check: () => undefined,
  assert: () => undefined,
  stop: () => undefined,
};

const gone = (how: string): string =>
  `was ${how} while it was open. Put the file back (or restore a backup) and restart.`;

/** What is wrong with a file that was opened as `opened`; null: nothing. */
function troubleOf(path: string, opened: Stats): string | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return gone('deleted');
    if (found.ino !== opened.ino || found.dev !== opened.dev) return gone('replaced');
    return found.size === 0 ? gone('emptied') : null;
  } catch (error) {
    return `cannot be looked at (${(error as Error).message}). Make the path lead to it again.`;
  }
}

/**
 * Throws where there is no such file.
 *
 * An open file outlives its name: writes to a deleted database succeed and are lost. So every batch of writes
 * looks first (2 µs), and a timer looks once a second for the reads.
 */
export function guardFile(path: string): FileGuard {
  if (path === IN_MEMORY) return unwatched;
  const opened = statSync(path);
  let trouble: string | null = null;
  const look = (): void => {
    trouble = troubleOf(path, opened);
  };
  const assert = (): void => {
    if (trouble === null) return;
    throw new StoreUnavailableError(`${path} ${trouble}`);
  };
  const timer = setInterval(look, INTERVAL).unref();
  return {
    check: () => {
      look();
      assert();
    },
    assert,
    stop: () => clearInterval(timer),
  };
}
