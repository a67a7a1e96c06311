/** A guarded read now and then, beside whatever else the server does. */
import { execFileSync, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./readerProcess.mjs', import.meta.url));

/**
 * Reads as somebody does who has a machine of their own: in a process that, where that is allowed, gets its core before
 * those which make the load. What waits for these is no matter of the server. `during(until)` reads until the promise
 * settles, and answers milliseconds: `{ p50, p99, count }`. Each answer must contain `due`.
 */
export function startReader(port, tokens, due) {
  const child = fork(script, [JSON.stringify({ port, tokens, due })], comingFirst());
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

/** So much room that nothing is collected while reads are timed: the reader would wait for itself. */
const ROOM = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/**
 * By SCHED_RR (util-linux). A reader sleeps most of the time, so that it keeps nobody from their core. Not by SCHED_FIFO:
 * V8's main thread can wait in a loop for its helpers, which on one core then never run.
 */
function comingFirst() {
  try {
    execFileSync('chrt', ['--rr', '1', 'true'], { stdio: 'ignore' });
    return { execPath: 'chrt', execArgv: ['--rr', '1', process.execPath, ...ROOM] };
  } catch {
    // Only root may, and only Linux has it.
    return { execArgv: ROOM };
  }
}
