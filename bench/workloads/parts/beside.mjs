/** How long a request waits beside other work: one to Gatehouse, and one to a server that does nothing at all. */
import { fileURLToPath } from 'node:url';
import { readRow, sleep } from './figures.mjs';
import { startServer } from './machine.mjs';
import { startReader } from './reader.mjs';

const CONSTANT = fileURLToPath(new URL('../../contenders/constant.mjs', import.meta.url));
/** With fewer reads a 99th percentile is that of a few, and one collection of garbage decides. */
const LEAST_SECONDS = 5;

/**
 * Reads of Gatehouse on `port`, and of a `node:http` that answers a constant: a process of its own, on the same cores.
 * What that one waits for beside the same load is what the machine has everybody wait for.
 */
export async function startBeside({ port, tokens, core }) {
  const constant = await startServer([CONSTANT], { core });
  const readers = [
    { name: 'read', title: 'a guarded read', reader: startReader(port, tokens, '"email":') },
    {
      name: 'constant',
      title: 'a constant, by a process of its own',
      reader: startReader(constant.port, tokens, '"data":null'),
    },
  ].map((each) => ({ ...each, idle: [], busy: [] }));

  return {
    warmUp: () => Promise.all(readers.map(({ reader }) => reader.during(sleep(3000)))),
    /** Idle and busy in turn. `load(seconds)` makes the other work. */
    async round(seconds, load) {
      const length = Math.max(seconds, LEAST_SECONDS);
      for (const { reader, idle, busy } of readers) {
        idle.push(await reader.during(sleep(length * 1000)));
        busy.push(await reader.during(load(length)));
      }
    },
    rows: (beside) =>
      readers.flatMap(({ name, title, idle, busy }) => [
        readRow(`${name}-idle`, `${title}, nothing else`, idle),
        readRow(`${name}-busy`, `${title}, beside ${beside}`, busy),
      ]),
    async stop() {
      for (const { reader } of readers) reader.stop();
      await constant.stop();
    },
  };
}
