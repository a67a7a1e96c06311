import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeOn } from './machine.mjs';

const script = fileURLToPath(new URL('./loadProcess.mjs', import.meta.url));

/**
 * Loads a server from a process of its own, closed loop: each connection sends the next request when it has the answer
 * to the last. The job:
 *
 * - `url`, `pid`: the server, and its process, whose CPU time is read;
 * - `connections`: default 32;
 * - `warmup`, `seconds`: what is not measured, and what is;
 * - `warmupRequests`: the warm-up goes on until so many are answered, five times `warmup` at the most: a slow server
 *   needs longer until its code is compiled; default 0;
 * - `source`: the path of a module that exports `createSource(options)`, see `sources/tokens.mjs`;
 * - `options`: what it is called with.
 *
 * Answers `{ requests, rate, p50, p99, cpu, loadShare }`: requests a second, milliseconds, µs of CPU of the server a
 * request (null where the system does not say), and how busy the load generator's own thread was, 1 being all the time.
 * Rejects at the first answer that is not what the source expects.
 */
export function load(job) {
  const [command, args] = nodeOn(job.core ?? 1, [script]);
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    let result = null;
    child.on('message', (message) => (result = message));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (result === null) reject(new Error(`The load generator ended with ${code}.`));
      else if (result.error !== undefined) reject(new Error(result.error));
      else resolve(result);
    });
    child.send({ connections: 32, warmup: 1, warmupRequests: 0, ...job });
  });
}
