/**
 * npm run profile [-- WORKLOAD…] [--top N]: where the time and the memory of a request go, in the real
 * `gatehouse serve`. Profiles for the developer tools of Chromium are left in bench/profile/out.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { profileSums } from './attribution.mjs';
import { startGatehouse } from './child.mjs';
import { openClient } from './client.mjs';
import { leaveFirstCore } from './pin.mjs';
import { markdown } from './table.mjs';
import { workloads } from './workloads.mjs';
import { createWorld } from './world.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    top: { type: 'string', default: '15' },
    requests: { type: 'string', default: '10000' },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(workloads);
const unknown = names.find((name) => !(name in workloads));
if (unknown !== undefined) {
  console.error(`There is no workload ${unknown}. There are ${Object.keys(workloads).join(', ')}.`);
  process.exit(2);
}
const top = Number(values.top);
const requests = Number(values.requests);
const LANES = 8;
const folder = join(import.meta.dirname, 'out');
mkdirSync(folder, { recursive: true });

leaveFirstCore();
for (const name of names) {
  const { title, prepare, part = 1, env } = workloads[name];
  const count = Math.ceil(requests * part);
  const kilobytes = (bytes) => (bytes / count / 1000).toFixed(2);
  const world = await createWorld();
  const server = await startGatehouse(world, { env });
  const client = await openClient(server.url, LANES);
  const { next, check } = prepare(world, 4 * count);
  const run = () => client.run(count, next, check);
  const file = (kind) => join(folder, `${name}.${kind}`);

  await run();
  const before = await server.ask('cpu');
  await run();
  const after = await server.ask('cpu');
  const cpu = (after.user - before.user + after.system - before.system) / count;

  await server.ask('startCpuProfile', { interval: 200 });
  await run();
  await server.ask('stopCpuProfile', { file: file('cpuprofile') });
  await server.ask('startHeapProfile', { interval: 16_384 });
  await run();
  await server.ask('stopHeapProfile', { file: file('heapprofile') });
  client.close();
  await server.stop();
  world.remove();

  const time = profileSums(file('cpuprofile'));
  const memory = profileSums(file('heapprofile'));
  // A profile says how the time is shared out; how much there is was measured without one, which costs time itself.
  console.log(`\n## ${title}\n`);
  console.log(
    `${cpu.toFixed(0)} µs of CPU and ${kilobytes(memory.total)} kB allocated a request.\n`,
  );
  console.log(groupTable(time, memory, cpu, kilobytes));
  console.log(
    `\n${placeTable('Most time in', time, 'µs', (value) => ((cpu * value) / time.total).toFixed(1))}`,
  );
  console.log(`\n${placeTable('Most allocated by', memory, 'kB', kilobytes)}`);
}

function groupTable(time, memory, cpu, kilobytes) {
  const allocated = new Map(memory.groups);
  const spent = new Map(time.groups);
  const all = [...new Set([...spent.keys(), ...allocated.keys()])];
  const rows = all.map((group) => {
    const [us, bytes] = [spent.get(group) ?? 0, allocated.get(group) ?? 0];
    const share = (part, { total }) => `${((100 * part) / total).toFixed(1)} %`;
    return [
      group,
      ((cpu * us) / time.total).toFixed(1),
      share(us, time),
      kilobytes(bytes),
      share(bytes, memory),
    ];
  });
  return markdown(['', 'µs', 'of the time', 'kB', 'of the memory'], rows);
}

function placeTable(title, { places, total }, unit, format) {
  const rows = places
    .slice(0, top)
    .map(([place, value]) => [
      `\`${place}\``,
      format(value),
      `${((100 * value) / total).toFixed(1)} %`,
    ]);
  return markdown([title, unit, 'share'], rows);
}
