import cluster from 'node:cluster';
import { openParts } from '../../auth/openParts.js';
import { createLog } from '../../server/log.js';
import type { Call } from '../command.js';
import { exitCodes, failure, type ExitCode } from '../exitCodes.js';
import type { Io } from '../io.js';
import { explain } from '../listenFailure.js';
import { awaitStart, firstAdmin, welcome } from '../welcome.js';
import { portBefore } from './port.js';
import { createWorkers } from './workers.js';

/**
 * Serves with so many workers. This process answers no request: it brings the store up to date, makes the keys and the
 * first administrator, hands connections out, and replaces workers that end.
 */
export async function serveWithWorkers(call: Call, io: Io, count: number): Promise<ExitCode> {
  const { config } = call;
  if (!cluster.isPrimary) {
    throw failure(
      'This process is a worker of another cluster already, such as that of PM2, and cannot have workers of its own. Unset GATEHOUSE_WORKERS, or start it without that cluster.',
    );
  }
  // Asked for before the start, so that a signal during it is not lost.
  const stopRequested = io.stopRequested();
  const log = createLog({ level: config.logLevel, origin: { pid: process.pid } });
  const port = await freePort(call);
  const { auth, close } = await openParts({ config, log, clock: io.clock });
  try {
    const admin = await firstAdmin(call, io, auth);
    const workers = createWorkers({ count, port, log });
    try {
      const started = Promise.race([workers.started, stopRequested]);
      const url = await awaitStart(started, io, () => admin);
      if (url === undefined) return exitCodes.done;
      await welcome(call, io, { auth, url, admin });
      await close();
      await Promise.race([stopRequested, workers.hopeless]);
    } finally {
      await workers.stop();
    }
  } finally {
    await close();
  }
  return exitCodes.done;
}

async function freePort({ config }: Call): Promise<number> {
  try {
    return await portBefore(config);
  } catch (error) {
    throw explain(error, config.host, config.port);
  }
}
