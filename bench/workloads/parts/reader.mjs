/** A guarded read now and then, beside whatever else the server does. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./readerProcess.mjs', import.meta.url));

/**
 * Reads from a process of its own, as somebody does who knows nothing of the others: in the one that makes the load an
 * answer would wait for those of the load. `during(until)` reads until the promise settles, and answers milliseconds:
 * `{ p50, p99, count }`.
 */
export function startReader(port, tokens) {
  const child = fork(script, [JSON.stringify({ port, tokens })]);
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
