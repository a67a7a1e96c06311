import { availableParallelism } from 'node:os';
import { createLog } from '../server/log.js';
import type { Call } from './command.js';
import { exitCodes, type ExitCode } from './exitCodes.js';
import type { Io } from './io.js';
import type { FirstAdmin } from './firstStart.js';
import { explain } from './listenFailure.js';
import { startNode, type Node } from './serveNode.js';
import { awaitStart, firstAdmin, welcome } from './welcome.js';
import { portBefore } from './workers/port.js';
import { serveWithWorkers } from './workers/primary.js';
import { serveAsWorker, workerPort } from './workers/worker.js';

/** Runs until SIGTERM, SIGINT or SIGHUP. */
export async function serving(call: Call, io: Io): Promise<ExitCode> {
  const { config } = call;
  const workers = config.workers === 'auto' ? availableParallelism() : config.workers;
  const port = workerPort(io);
  if (port !== null) return serveAsWorker(call, io, { port, siblings: workers });
  const mode = config.production ? 'production' : 'development';
  io.stdout(`Gatehouse ${io.version}, ${mode}${workers > 1 ? `, ${workers} workers` : ''}\n`);
  return workers > 1 ? serveWithWorkers(call, io, workers) : serveAlone(call, io);
}

async function serveAlone(call: Call, io: Io): Promise<ExitCode> {
  // Asked for before the start, so that a signal during it is not lost.
  const stopRequested = io.stopRequested();
  const { node, admin } = await start(call, io);
  try {
    await welcome(call, io, { auth: node.auth, url: node.server.url, admin });
    await stopRequested;
  } finally {
    await node.stop();
  }
  return exitCodes.done;
}

async function start(call: Call, io: Io): Promise<{ node: Node; admin: FirstAdmin | null }> {
  const { host, port, logLevel } = call.config;
  let admin: FirstAdmin | null = null;
  try {
    const starting = startNode(call.config, createLog({ level: logLevel }), io.clock, {
      async beforeListening(auth) {
        await portBefore(call.config);
        admin = await firstAdmin(call, io, auth);
      },
    });
    const node = await awaitStart(starting, io, () => admin);
    return { node, admin };
  } catch (error) {
    throw explain(error, host, port);
  }
}
