import { summaryOf, targetsOf } from './summary.mjs';
import { tableOf } from './table.mjs';

const BEGIN = '<!-- made by npm run bench -->';
const END = '<!-- /made by npm run bench -->';

/** `page` with what stands between the two marks replaced. */
export function between(page, text) {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new TypeError(`The page needs the lines ${BEGIN} and ${END}.`);
  return `${before}${BEGIN}\n\n${text}\n\n${END}${after}`;
}

const dayOf = (date) => date.slice(0, 10);

function measured({ machine, workloads }) {
  const days = [...new Set(workloads.map(({ date }) => dayOf(date)))].sort();
  const { processor, cores, memory, system, node, pinned } = machine;
  const where = `${processor}, ${cores} cores, ${memory}, ${system}`;
  const how = pinned
    ? 'the server pinned to one core, the load generator to another'
    : 'server and load generator not pinned to cores of their own';
  return `Measured on ${days.join(' and ')} on ${where}, with Node ${node.slice(1)}; ${how}.`;
}

const chart = (folder) => `![Requests a second beside the bare handler](${folder}benchmarks.svg)`;

/** What the README says. */
export const readmeSection = (results) =>
  [
    chart('docs/'),
    '',
    'Requests a second as a multiple of those of a handler written by hand on `node:http`, which verifies the token and reads the rows; medians of interleaved rounds:',
    '',
    summaryOf(results.workloads),
    '',
    targetsOf(results.workloads),
    '',
    `${measured(results)} How, with what versions, and every figure: [docs/benchmarks.md](docs/benchmarks.md).`,
  ].join('\n');

/** What docs/benchmarks.md says after its introduction. */
export const docsSection = (results) =>
  [
    chart(''),
    '',
    measured(results),
    '',
    ...results.workloads.map(tableOf),
    '## Versions',
    '',
    Object.entries(results.machine.packages)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ') + '.',
  ].join('\n');
