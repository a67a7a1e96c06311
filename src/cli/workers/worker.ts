import cluster from 'node:cluster';
import { createLog } from '../../server/log.js';
import type { Call } from '../command.js';
import { exitCodes, type ExitCode } from '../exitCodes.js';
import type { Io } from '../io.js';
import { endingOf } from '../ending.js';
import { explain } from '../listenFailure.js';
import { startNode } from '../serveNode.js';
import { STOP, WORKER_MARK, type FromWorker } from './messages.js';

/** The port of this process where it is a worker of `gatehouse serve`; else null. */
export function workerPort({ env }: Io): number | null {
  const mark = env[WORKER_MARK];
  return cluster.isWorker && mark !== undefined ? Number(mark) : null;
}

/** Serves as one of several, until it is told to stop or nobody is there any more who could tell. */
export async function serveAsWorker(
  { config }: Call,
  io: Io,
  { port, siblings }: { port: number; siblings: number },
): Promise<ExitCode> {
  const { id } = cluster.worker as NonNullable<typeof cluster.worker>;
  let isStopping = false;
  const alone = abandoned(() => {
    if (isStopping) io.exitAfter(0);
  });
  const stopAsked = Promise.race([io.stopRequested(), toldToStop(), alone]);
  const log = createLog({
    level: config.logLevel,
    origin: { worker: id, pid: process.pid },
  });
  try {
    const node = await startNode({ ...config, port }, log, io.clock, { siblings });
    await tell({ kind: 'serving', url: node.server.url });
    await stopAsked;
    isStopping = true;
    await node.stop();
    return exitCodes.done;
  } catch (error) {
    const ending = endingOf(explain(error, config.host, port));
    await tell({ kind: 'failed', ...ending });
    return ending.exitCode;
  }
}

/** Settles whether or not it arrives: who cannot be told is gone, which is noticed elsewhere. */
const tell = (message: FromWorker): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });

const toldToStop = (): Promise<void> =>
  new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === STOP) resolve();
    });
  });

/**
 * Settles when the process that started this one is gone: what is under way is finished. `hurry` is called first: where a
 * stop had begun, whoever ended that process does not want to wait.
 */
const abandoned = (hurry: () => void): Promise<void> =>
  new Promise((resolve) => {
    cluster.worker?.once('disconnect', () => {
      // Node ends a worker at once that finds itself alone, but for one that has left of its own will.
      if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
      hurry();
      resolve();
    });
  });
