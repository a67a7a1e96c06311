import type { Log } from '../../log.js';
import type { Sql } from './sql.js';

/** Which generations have been seen in use, held back for the next write. */
export interface UsedMarks {
  mark: (sessionId: string, generation: number, at: number) => void;
  /** The latest generation of a session that is held back or being written; 0 = none. */
  usedHere: (sessionId: string) => number;
  /** Writes what is held back, and waits for what is being written. Never fails. */
  flush: () => Promise<void>;
}

/** Milliseconds that a mark may wait for a write to join. */
const LONGEST_WAIT = 1000;

const WRITE = `
  WITH marks AS (
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS marks (id, generation, at)),
  locked AS MATERIALIZED (
    SELECT id FROM sessions WHERE id = ANY($1::text[]) ORDER BY id FOR NO KEY UPDATE)
  UPDATE sessions SET used_generation = marks.generation, last_used_at = greatest(last_used_at, marks.at)
  FROM marks JOIN locked ON locked.id = marks.id
  WHERE sessions.id = marks.id AND used_generation < marks.generation`;

export function createUsedMarks(
  transaction: (work: (sql: Sql) => Promise<void>) => Promise<void>,
  log: Log,
): UsedMarks {
  let marks = new Map<string, { generation: number; at: number }>();
  /** What is being written. */
  const batches = new Set<typeof marks>();
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  async function write(batch: typeof marks): Promise<void> {
    const values = [...batch.values()];
    const columns = [
      [...batch.keys()],
      values.map(({ generation }) => generation),
      values.map(({ at }) => at),
    ];
    try {
      await transaction(async (sql) => void (await sql(WRITE, columns)));
    } catch (error) {
      log.warn({ err: error, sessions: batch.size }, 'first uses of tokens were not recorded');
    } finally {
      batches.delete(batch);
    }
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (marks.size === 0) return writing;
    const batch = marks;
    marks = new Map();
    batches.add(batch);
    writing = writing.then(() => write(batch));
    return writing;
  }

  return {
    mark(sessionId, generation, at) {
      // Generation 0 counts as used from the start.
      if (generation <= (marks.get(sessionId)?.generation ?? 0)) return;
      marks.set(sessionId, { generation, at });
      timer ??= setTimeout(() => void flush(), LONGEST_WAIT).unref();
    },
    usedHere: (sessionId) =>
      [marks, ...batches].reduce(
        (latest, batch) => Math.max(latest, batch.get(sessionId)?.generation ?? 0),
        0,
      ),
    flush,
  };
}
