/**
 * node bench/main.mjs [--only read,list] [--contenders bare,gatehouse] [--rounds 5] [--seconds 3] [--warmup 2] [--write]
 * node bench/main.mjs --pages
 *
 * Build first (`npm run build`). `--write` puts the figures into bench/results.json, README.md and docs; `--pages` makes
 * those pages again of what is in bench/results.json, and measures nothing.
 */
import './harness/production.mjs';
import { parseArgs } from 'node:util';
import { contenders } from './contenders.mjs';
import { machine } from './harness/machine.mjs';
import { measure } from './harness/measure.mjs';
import { tableOf } from './report/table.mjs';
import { mustFit, write, writePages } from './report/write.mjs';
import { workloads } from './workloads.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    warmup: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
    pages: { type: 'boolean', default: false },
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

if (values.write && values.contenders !== undefined) {
  throw new TypeError('--write wants all contenders: leave out --contenders.');
}
if (values.write && chosen.length < workloads.length) mustFit(machine());

async function measureAll() {
  const measured = await measure(chosen, { rounds, seconds, warmup, allowed, log });
  for (const workload of measured) console.log(tableOf(workload));
  const order = workloads.map(({ name }) => name);
  if (values.write) write({ machine: machine(), workloads: measured }, order);
}

if (values.pages) writePages();
else await measureAll();
