/** By how much a figure may grow before it counts as a regression. */
export const TOLERANCE = 0.1;

const units = {
  allocatedBytes: 'bytes allocated',
  functionCalls: 'function calls',
  promises: 'promises made',
  statements: 'SQL statements run',
};

const ACCEPT = 'If that is what it should cost, accept it: npm run bench:regression -- --update';

/**
 * Figures of workloads by name against those that were accepted. `problems` has a sentence for each that has grown by
 * more than the tolerance, or that nobody has accepted; `gains` for each that has shrunk by more.
 */
export function compare(measured, accepted, tolerance = TOLERANCE) {
  const problems = [];
  const gains = [];
  for (const [workload, figures] of Object.entries(measured)) {
    for (const [name, value] of Object.entries(figures)) {
      const limit = accepted[workload]?.[name];
      const what = `${workload}: ${value} ${units[name] ?? name} a request`;
      if (limit === undefined) {
        problems.push(`${what}, and no figure to hold it against. ${ACCEPT}`);
        continue;
      }
      const change = `${percent(Math.abs(value - limit), limit)} ${value > limit ? 'more' : 'less'}`;
      const against = `${what}, ${change} than the ${limit} accepted.`;
      if (value > limit * (1 + tolerance)) problems.push(`${against} ${ACCEPT}`);
      else if (value < limit * (1 - tolerance)) gains.push(against);
    }
  }
  return { problems, gains };
}

const percent = (part, whole) =>
  whole === 0 ? 'infinitely' : `${((100 * part) / whole).toFixed(1)} %`;
