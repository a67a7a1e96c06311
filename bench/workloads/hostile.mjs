import { ours } from '../contenders/refresh.mjs';
import { documents, inputs, withInput } from './parts/hostileDocuments.mjs';
import { rowOf, sleep } from './parts/figures.mjs';
import { cpuTime } from '../harness/cpu.mjs';
import { onLoadCore } from './parts/machine.mjs';
import { folder, makeSessions } from './parts/sessions.mjs';
import { bodyOf, openLane, postBytes } from './parts/wire.mjs';

const TRIES = 5;

export const hostile = {
  name: 'hostile',
  title: 'Rejected documents and inputs',
  about:
    `${Object.keys(documents).length} hostile documents and ${Object.keys(inputs).length} inputs of up to 100 kB, the worst of ` +
    `their kinds that are known, each with ${TRIES} spellings. The value is the processor time of the whole server for one; the least of the spellings, since ` +
    'what else runs on a machine only adds.',
  type: 'own',
  baseline: 'gatehouse',
  targets: [
    {
      text: 'the worst of them',
      of: ([row]) => row.value.max,
      unit: 'ms',
      atMost: 50,
    },
  ],
  run: () =>
    onLoadCore(async () => {
      const place = folder();
      const file = `${place.path}/hostile.db`;
      await makeSessions(file, 1);
      const server = await ours.start({ path: place.path, file });
      try {
        const lane = await openLane(server.port);
        const found = [];
        for (const [name, bodyFor] of bodies()) {
          found.push({ name, value: await leastOf(lane, server.pid, bodyFor) });
        }
        lane.close();
        found.sort((a, b) => b.value - a.value);
        const title = `**Gatehouse**; the worst: ${found[0].name}`;
        return [rowOf('gatehouse', title, 'ms', found, { lowerIsBetter: true })];
      } finally {
        await server.stop();
        place.remove();
      }
    }),
};

/** Spaces make it another request each time, so that nothing of it is remembered. */
function* bodies() {
  for (const [name, document] of Object.entries(documents)) {
    yield [name, (round) => JSON.stringify({ query: document + ' '.repeat(round) })];
  }
  for (const [name, input] of Object.entries(inputs)) {
    yield [`input: ${name}`, (round) => withInput(input + ' '.repeat(round))];
  }
}

async function leastOf(lane, pid, bodyFor) {
  let least = Infinity;
  for (let round = 0; round < TRIES; round++) {
    const request = postBytes(bodyFor(round));
    const before = cpuTime(pid);
    const answer = await lane.ask(request);
    const { errors } = JSON.parse(bodyOf(answer));
    if (!(errors?.length > 0)) throw new Error(`It was not refused: ${answer.slice(0, 300)}`);
    // A thread that still runs has not been charged yet.
    await sleep(2);
    least = Math.min(least, (cpuTime(pid) - before) / 1000);
  }
  return least;
}
