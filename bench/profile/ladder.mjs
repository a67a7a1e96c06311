/**
 * npm run profile:ladder [-- --rounds N]: what stands between a guarded read and a `node:http` that answers a
 * constant, in µs of CPU a request. All rungs are served in turn, round after round, so that a busy machine is busy
 * for all of them.
 */
import { parseArgs } from 'node:util';
import { startChild, startGatehouse } from './child.mjs';
import { openClient } from './client.mjs';
import { rungs } from './ladder/rungs.mjs';
import { leaveFirstCore } from './pin.mjs';
import { markdown } from './table.mjs';
import { workloads } from './workloads.mjs';
import { createWorld } from './world.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const LANES = 8;
const WARM_UP = 8000;
const REQUESTS = 1500;

leaveFirstCore();
const world = await createWorld();
const script = `${import.meta.dirname}/ladder/server.mjs`;
const { next, check } = workloads.read.prepare(world);
const contenders = [];
try {
  await start();
  await measure();
} finally {
  for (const { server } of contenders) await server.stop();
  world.remove();
}
print();

async function start() {
  for (const [name, { title }] of Object.entries(rungs)) {
    const options = { script, args: [name, world.database], log: `${world.folder}/${name}.log` };
    contenders.push({ title, server: await startChild(options), costs: [] });
  }
  contenders.push({ title: '`gatehouse serve`', server: await startGatehouse(world), costs: [] });
}

async function measure() {
  for (const contender of contenders) {
    await run(contender, WARM_UP);
    contender.costs = [];
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const contender of contenders) await run(contender, REQUESTS);
  }
}

/** Connections of its own each time: a server closes those that wait for their turn. */
async function run({ server, costs }, count) {
  const client = await openClient(server.url, LANES);
  const before = await server.ask('cpu');
  await client.run(count, next, check);
  const after = await server.ask('cpu');
  client.close();
  costs.push((after.user - before.user + after.system - before.system) / count);
}

function print() {
  /** Other work on the machine only ever adds: the lower half of the rounds says more than the upper. */
  const quartile = (costs) => [...costs].sort((a, b) => a - b)[Math.floor(costs.length / 4)];
  const measured = contenders.map(({ title, costs }, index) => {
    const before = index === 0 ? 0 : quartile(contenders[index - 1].costs);
    const [least, most] = [Math.min(...costs), Math.max(...costs)];
    return { title, total: quartile(costs), step: quartile(costs) - before, least, most };
  });
  const real = measured.at(-1);
  const µs = (value) => value.toFixed(1);
  const share = (step) => `${((100 * step) / real.total).toFixed(1)} %`;

  console.log(
    markdown(
      ['rung', 'µs a request, first quartile', 'least', 'most', 'step'],
      measured.map((rung) => [
        rung.title,
        ...[rung.total, rung.least, rung.most, rung.step].map(µs),
      ]),
    ),
  );
  console.log('\nLargest first:\n');
  console.log(
    markdown(
      ['step', 'µs', 'of the whole'],
      // The last is the rung before it once more, from the command line.
      measured
        .slice(0, -1)
        .sort((a, b) => b.step - a.step)
        .map(({ title, step }) => [title, µs(step), share(step)]),
    ),
  );
}
