/**
 * npm run bench:regression [-- --update] [-- WORKLOAD…]: counts what a request costs, and ends with 5 where a figure
 * has grown by more than a tenth. `--update` accepts the figures as they are, for this major version of Node.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { markdown } from '../profile/table.mjs';
import { workloads } from '../profile/workloads.mjs';
import { createWorld } from '../profile/world.mjs';
import { compare } from './compare.mjs';
import { measure } from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { update: { type: 'boolean', default: false } },
});
const names = positionals.length > 0 ? positionals : Object.keys(workloads);
const unknown = names.find((name) => !(name in workloads));
if (unknown !== undefined) {
  console.error(`There is no workload ${unknown}. There are ${Object.keys(workloads).join(', ')}.`);
  process.exit(2);
}

const file = join(import.meta.dirname, 'figures.json');
const node = process.versions.node.split('.')[0];
const figures = JSON.parse(readFileSync(file, 'utf8'));
const accepted = figures[node];

if (accepted === undefined && !values.update) {
  console.error(
    `Nobody has accepted figures for Node ${node} (${Object.keys(figures).join(', ')} are there), and Node itself is part of them. Accept those of a good version with: npm run bench:regression -- --update`,
  );
  process.exit(0);
}

// Counting takes no harm from what else runs: two at a time.
const measured = Object.fromEntries(names.map((name) => [name, null]));
const left = [...names];
const work = async () => {
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const world = await createWorld();
    measured[name] = await measure(workloads[name], world);
    world.remove();
  }
};
await Promise.all([work(), work()]);

const columns = Object.keys(Object.values(measured)[0]);
const rows = Object.entries(measured).map(([name, figure]) => [
  workloads[name].title,
  ...columns.map((column) => String(figure[column])),
]);
console.log(markdown(['a request', ...columns], rows));

if (values.update) {
  const kept = { ...accepted, ...measured };
  const ordered = Object.keys(workloads).filter((name) => name in kept);
  figures[node] = Object.fromEntries(ordered.map((name) => [name, kept[name]]));
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
} else {
  const { problems, gains } = compare(measured, accepted);
  for (const gain of gains) console.log(`\n${gain}`);
  for (const problem of problems) console.error(`\n${problem}`);
  process.exitCode = problems.length > 0 ? 5 : 0;
}
