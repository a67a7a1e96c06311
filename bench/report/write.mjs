import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { chartOf } from './chart.mjs';
import { between, docsSection, readmeSection } from './page.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const resultsFile = `${root}bench/results.json`;

const kept = () => (existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : null);

/**
 * Throws where the figures of before were measured elsewhere, with other versions: then they cannot stand beside new
 * ones. For a run of some workloads only.
 */
export function mustFit(machine) {
  const before = kept();
  if (before === null || isDeepStrictEqual(before.machine, machine)) return;
  throw new TypeError(
    'bench/results.json was measured on another machine or with other versions. Measure everything: npm run bench',
  );
}

/**
 * Puts the workloads into the results, in the order of `order`, beside those of before that were measured alike; makes
 * the pages and the chart of them.
 */
export function write({ machine, workloads }, order) {
  const before = kept();
  const fits = before !== null && isDeepStrictEqual(before.machine, machine);
  const fresh = workloads.map(({ name }) => name);
  const all = [
    ...workloads,
    ...(fits ? before.workloads.filter(({ name }) => !fresh.includes(name)) : []),
  ];
  const results = {
    machine,
    workloads: order.flatMap((name) => all.filter((one) => one.name === name)),
  };
  writeFileSync(resultsFile, JSON.stringify(results));
  writePages();
}

/** Makes the pages and the chart again of the results that are there. */
export function writePages() {
  const results = kept();
  put('README.md', (page) => between(page, readmeSection(results)));
  put('docs/benchmarks.md', (page) => between(page, docsSection(results)));
  writeFileSync(`${root}docs/benchmarks.svg`, chartOf(results));
  const made = ['README.md', 'docs/benchmarks.md', 'bench/results.json'];
  const prettier = `${root}node_modules/prettier/bin/prettier.cjs`;
  execFileSync(process.execPath, [prettier, '--write', ...made], { cwd: root, stdio: 'ignore' });
}

function put(file, change) {
  writeFileSync(root + file, change(readFileSync(root + file, 'utf8')));
}
