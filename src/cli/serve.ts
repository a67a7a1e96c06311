import { availableParallelism } from 'node:os';
import { createLog } from '../server/log.js';
import type { Call, Command } from './command.js';
import { exitCodes, type ExitCode } from './exitCodes.js';
import type { Io } from './io.js';
import { explain } from './listenFailure.js';
import { startNode, type Node } from './serveNode.js';
import { ADMIN_EMAIL, welcome } from './welcome.js';
import { serveWithWorkers } from './workers/primary.js';
import { serveAsWorker, workerPort } from './workers/worker.js';

/** `gatehouse serve`, which is also `gatehouse` alone. Runs until SIGTERM or SIGINT. */
export const serve: Command = {
  name: 'serve',
  summary: 'Start the server (the default command).',
  positionals: [],
  flags: [
    {
      name: 'admin-email',
      value: 'EMAIL',
      help: `Email of the administrator that the first start in development creates; its random password is printed once. (Default: ${ADMIN_EMAIL})`,
    },
  ],
  takes: () => true,
  async run(call, io) {
    const { config } = call;
    const workers = config.workers === 'auto' ? availableParallelism() : config.workers;
    const port = workerPort(io);
    if (port !== null) return serveAsWorker(call, io, { port, siblings: workers });
    const mode = config.production ? 'production' : 'development';
    io.stdout(`Gatehouse ${io.version}, ${mode}${workers > 1 ? `, ${workers} workers` : ''}\n`);
    return workers > 1 ? serveWithWorkers(call, io, workers) : serveAlone(call, io);
  },
};

async function serveAlone(call: Call, io: Io): Promise<ExitCode> {
  // Asked for before the start, so that a signal during it is not lost.
  const stopRequested = io.stopRequested();
  const node = await start(call, io);
  try {
    await welcome(call, io, { auth: node.auth, url: node.server.url });
    await stopRequested;
  } finally {
    await node.stop();
  }
  return exitCodes.done;
}

async function start({ config }: Call, io: Io): Promise<Node> {
  try {
    return await startNode(config, createLog({ level: config.logLevel }), io.clock);
  } catch (error) {
    throw explain(error, config.host, config.port);
  }
}
