import type { Database } from 'better-sqlite3';
import type { Log } from '../../log.js';
import type { Prologue } from './writer.js';

export interface UsedMarks extends Prologue {
  mark: (sessionId: string, generation: number, at: number) => void;
  stop: () => void;
}

interface Mark {
  generation: number;
  at: number;
}

/** Milliseconds that a mark may wait for a transaction to join. */
const LONGEST_WAIT = 1000;

/** Which generations have been seen in use, held back for the next transaction. `wake` asks for one. */
export function createUsedMarks(db: Database, log: Log, wake: () => void): UsedMarks {
  const write = db.prepare<[{ id: string; generation: number; at: number }]>(
    `UPDATE sessions SET used_generation = :generation, last_used_at = max(last_used_at, :at)
     WHERE id = :id AND used_generation < :generation`,
  );
  const marks = new Map<string, Mark>();
  let timer: NodeJS.Timeout | null = null;

  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  return {
    mark(sessionId, generation, at) {
      // Generation 0 counts as used from the start.
      if (generation <= (marks.get(sessionId)?.generation ?? 0)) return;
      marks.set(sessionId, { generation, at });
      timer ??= setTimeout(() => {
        timer = null;
        wake();
      }, LONGEST_WAIT).unref();
    },
    pending: () => marks.size > 0,
    sessions: () => [...marks.keys()],
    run() {
      for (const [id, { generation, at }] of marks) write.run({ id, generation, at });
    },
    settled(failure) {
      if (marks.size > 0 && failure !== null) {
        log.warn({ err: failure, sessions: marks.size }, 'first uses of tokens were not recorded');
      }
      marks.clear();
      stop();
    },
    stop,
  };
}
