import type pg from 'pg';
import type { Log } from '../../log.js';
import { backoff, type Random } from '../retry.js';
import type { SessionsChange } from '../rows.js';
import { createClient, type PostgresLocation } from './connect.js';
import { CHANNEL_PREFIX } from './engine.js';

export interface Changes {
  listen: (listener: Listener) => () => void;
  close: () => Promise<void>;
}

type Listener = (change: SessionsChange) => void;

/** What a message says. Whoever may connect to the database may send one, so what cannot be read means everything. */
function changeOf(payload: string): SessionsChange {
  try {
    const { user } = JSON.parse(payload) as { user?: unknown };
    return typeof user === 'string' ? { user } : 'all';
  } catch {
    return 'all';
  }
}

/** A connection that hears what all nodes announce. Made for the first who listens, and again where it is lost. */
export function createChanges(location: PostgresLocation, log: Log, random: Random): Changes {
  const listeners = new Set<Listener>();
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let failures = 0;
  let closed = false;

  const tell = (change: SessionsChange): void => listeners.forEach((listener) => listener(change));

  function again(error: unknown): void {
    if (closed || timer !== null) return;
    client?.end().catch(() => undefined);
    client = null;
    failures++;
    log.debug({ err: error }, 'the connection that hears of revocations was lost');
    // Half a minute at the longest, and not all nodes at once.
    const pause = Math.min(100 * backoff(failures, random), 30_000);
    timer = setTimeout(() => {
      timer = null;
      void connect();
    }, pause).unref();
  }

  async function connect(): Promise<void> {
    let made: pg.Client;
    try {
      made = createClient(location);
    } catch (error) {
      // A file that the URL names cannot be read now.
      return again(error);
    }
    client = made;
    made.on('notification', ({ payload = '' }) => tell(changeOf(payload)));
    // One that was given up may say so late.
    const lost = (error: unknown): void => {
      if (client === made) again(error);
    };
    made.on('error', lost);
    made.on('end', () => lost(null));
    try {
      await made.connect();
      await made.query(`LISTEN ${CHANNEL_PREFIX}${location.schema}`);
      failures = 0;
      // What was announced while nobody listened has been missed.
      tell('all');
    } catch (error) {
      lost(error);
    }
  }

  return {
    listen(listener) {
      listeners.add(listener);
      if (listeners.size === 1 && client === null && timer === null && !closed) void connect();
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
