/** A guarded read now and then, beside whatever else the server does. */
import { execFileSync, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Five at least: with fewer reads a 99th percentile is that of a few, and one collection of garbage decides. */
export const readingSeconds = (seconds) => Math.max(seconds, 5);

const script = fileURLToPath(new URL('./readerProcess.mjs', import.meta.url));

/**
 * Reads as somebody does who has a machine of their own: in a process that, where that is allowed, gets its core before
 * those which make the load. What waits for these is no matter of the server. `during(until)` reads until the promise
 * settles, and answers milliseconds: `{ p50, p99, count }`.
 */
export function startReader(port, tokens) {
  const child = fork(script, [JSON.stringify({ port, tokens })]);
  comeFirst(child.pid);
  const ended = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The reader ended with ${code}.`)));
  });
  ended.catch(() => undefined);

  const tell = (message) => {
    const answer = new Promise((resolve) => child.once('message', resolve));
    child.send(message);
    return Promise.race([answer, ended]);
  };
  return {
    async during(until) {
      await tell('start');
      await Promise.race([until, ended]);
      return tell('stop');
    },
    stop: () => void child.kill(),
  };
}

/** By SCHED_FIFO (util-linux). A reader sleeps most of the time, so that it keeps nobody from their core. */
function comeFirst(pid) {
  try {
    execFileSync('chrt', ['--fifo', '--pid', '1', String(pid)], { stdio: 'ignore' });
  } catch {
    // Only root may, and only Linux has it.
  }
}
