import type { Log } from '../log.js';
import type { CounterStore } from '../store/limiter.js';
import type { Store } from '../store/store.js';
import { DAY, MINUTE, SECOND, type Clock } from '../time.js';
import { KNOWN_ADDRESS_FOR } from './login/attempts.js';
import type { RetentionSettings } from './settings.js';

export interface Upkeep {
  /** Deletes all that has expired, in small batches with room for other work between them. Answers how much went. */
  pruneNow(): Promise<number>;
  /** Ends the timer; waits for a batch under way. */
  stop(): Promise<void>;
}

const BATCH = 200;
/** Revoked and ended sessions stay a while, so that a late replay is still answered for what it is. */
const SESSION_AFTERLIFE = 10 * MINUTE;
/** The name of a key stays when its secret is gone, so that a client who wakes up late renews and is not refused. */
const KEY_AFTERLIFE = 90 * DAY;

interface Dependencies {
  store: Store;
  counters: CounterStore;
  clock: Clock;
  log: Log;
  settings: RetentionSettings;
  /** Called at the stop. */
  stopListening?: () => void;
}

/** Prunes once a minute; the timer keeps no process alive. */
export function startUpkeep(dependencies: Dependencies): Upkeep {
  const { store, counters, clock, log, settings, stopListening } = dependencies;
  const { auditRetention, refreshAuditRetention } = settings;
  let stopped = false;
  let running: Promise<number> = Promise.resolve(0);

  /** Repeats a batch until it is not full: then nothing is left. */
  async function drain(batch: () => Promise<number>): Promise<number> {
    let total = 0;
    while (!stopped) {
      const gone = await batch();
      total += gone;
      if (gone < BATCH) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return total;
  }

  function pruneStore(): Promise<number> {
    const now = clock.now();
    return store.prune({
      sessionsBefore: now - SESSION_AFTERLIFE,
      auditBefore: now - auditRetention * SECOND,
      refreshAuditBefore: now - refreshAuditRetention * SECOND,
      addressesBefore: now - KNOWN_ADDRESS_FOR,
      keySecretsBefore: now,
      keysBefore: now - KEY_AFTERLIFE,
      limit: BATCH,
    });
  }

  const prune = async () => (await drain(pruneStore)) + (await drain(() => counters.prune(BATCH)));
  const pruneNow = () => (running = running.catch(() => 0).then(prune));
  const timer = setInterval(() => {
    pruneNow().catch((error: unknown) => log.warn({ err: error }, 'pruning failed'));
  }, MINUTE);
  timer.unref();

  return {
    pruneNow,
    async stop() {
      stopped = true;
      stopListening?.();
      clearInterval(timer);
      await running.catch(() => 0);
    },
  };
}
