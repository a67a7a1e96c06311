import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Leaves the first core to the server, where there is another and Linux can be told. */
export function leaveFirstCore() {
  const cores = availableParallelism();
  if (!canPin(cores)) return;
  execFileSync('taskset', ['-a', '-cp', `1-${cores - 1}`, String(process.pid)]);
}

/** The command before a command that is to run on the first core. */
export const onFirstCore = () => (canPin(availableParallelism()) ? ['taskset', '-c', '0'] : []);

const canPin = (cores) => cores > 1 && process.platform === 'linux';
