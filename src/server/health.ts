import type { Log } from '../log.js';
import type { Exchange } from './exchange.js';
import type { ServerOptions } from './options.js';
import { HttpRefusal, sendJson } from './respond.js';

export interface HealthOptions {
  readonly readiness: ServerOptions<object>['readiness'];
  readonly log: Log;
  readonly isStopping: () => boolean;
}

/** `/healthz` says that the process lives, `/readyz` whether it wants requests: the store answers, no stop has begun. */
export function createHealth({ readiness, log, isStopping }: HealthOptions) {
  async function ready(exchange: Exchange): Promise<void> {
    if (isStopping()) {
      sendJson(exchange, 503, { status: 'stopping' });
      return;
    }
    try {
      await readiness();
    } catch (error) {
      log.warn({ err: error }, 'Not ready: the store does not answer.');
      sendJson(exchange, 503, { status: 'unavailable', checks: { store: 'down' } });
      return;
    }
    sendJson(exchange, 200, { status: 'ready' });
  }

  function live(exchange: Exchange): void {
    sendJson(exchange, 200, { status: 'ok' });
  }

  return { live, ready };
}

/** Refuses all but reading. */
export function onlyGet({ method }: Exchange): void {
  if (method !== 'GET' && method !== 'HEAD') {
    throw new HttpRefusal(405, `${method} is not allowed here.`, { allow: 'GET, HEAD' });
  }
}
