/**
 * node bench/main.mjs [--only read,list] [--contenders bare,gatehouse] [--rounds 7] [--seconds 4] [--warmup 2] [--write]
 *
 * Build first (`npm run build`). `--write` puts the figures into bench/results.json, README.md and docs.
 */
import { parseArgs } from 'node:util';
import { contenders } from './contenders.mjs';
import { machine } from './harness/machine.mjs';
import { runLoad } from './harness/rounds.mjs';
import { createTools } from './harness/tools.mjs';
import { createWorld } from './harness/world.mjs';
import { judge } from './report/targets.mjs';
import { tableOf } from './report/table.mjs';
import { write } from './report/write.mjs';
import { workloads } from './workloads.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    warmup: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
  },
});
const [rounds, seconds, warmup] = ['rounds', 'seconds', 'warmup'].map((n) => Number(values[n]));
const log = (line) => console.error(line);

const chosen = select(workloads, values.only, ({ name }) => name);
const allowed = select(Object.keys(contenders), values.contenders, (name) => name);

function select(all, list, nameOf) {
  if (list === undefined) return all;
  const names = list.split(',');
  const unknown = names.filter((name) => !all.some((one) => nameOf(one) === name));
  if (unknown.length === 0) return all.filter((one) => names.includes(nameOf(one)));
  throw new TypeError(`Unknown: ${unknown.join(', ')}. There are: ${all.map(nameOf).join(', ')}`);
}

const worlds = new Map();
async function worldOf({ algorithm = 'HS256' }) {
  if (!worlds.has(algorithm)) worlds.set(algorithm, await createWorld(algorithm));
  return worlds.get(algorithm);
}

async function run(workload) {
  const { name, title, about, baseline = null, type } = workload;
  const options = { rounds, seconds, warmup, log };
  const names = workload.contenders?.filter((each) => allowed.includes(each));
  const rows =
    type === 'load'
      ? await runLoad(workload, await worldOf(workload), { ...options, names })
      : await workload.run(createTools({ ...options, worldOf }));
  const settings = type === 'load' ? { rounds, seconds } : {};
  const made = { name, title, about, baseline, date: new Date().toISOString(), ...settings, rows };
  return { ...made, targets: judge(workload.targets, rows) };
}

const results = { machine: machine(), workloads: [] };
try {
  for (const workload of chosen) results.workloads.push(await run(workload));
} finally {
  for (const world of worlds.values()) world.close();
}
for (const workload of results.workloads) console.log(tableOf(workload));
if (values.write) await write(results);
