import type { SessionState } from '../rows.js';

interface Waiting {
  promise: Promise<SessionState | null>;
  resolve: (state: SessionState | null) => void;
  reject: (error: unknown) => void;
}

/**
 * One query for all requests of a turn of the event loop. A request never gets the answer of a query that was sent
 * before it came: what was revoked by then is seen.
 */
export function createStateBatch(
  readStates: (ids: readonly string[]) => Promise<Map<string, SessionState>>,
): (sessionId: string) => Promise<SessionState | null> {
  let waiting = new Map<string, Waiting>();

  async function send(): Promise<void> {
    const batch = waiting;
    waiting = new Map();
    try {
      const states = await readStates([...batch.keys()]);
      for (const [id, { resolve }] of batch) resolve(states.get(id) ?? null);
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    }
  }

  return (sessionId) => {
    const known = waiting.get(sessionId);
    if (known !== undefined) return known.promise;
    // setImmediate comes after the poll phase: every request that arrived in this turn has asked by then.
    if (waiting.size === 0) setImmediate(() => void send());
    const added = deferred();
    waiting.set(sessionId, added);
    return added.promise;
  };
}

function deferred(): Waiting {
  const parts: Partial<Waiting> = {};
  parts.promise = new Promise((resolve, reject) => {
    parts.resolve = resolve;
    parts.reject = reject;
  });
  return parts as Waiting;
}
