import { line, rule, sentence } from './table.mjs';

/** The workloads that compare contenders with one of them. */
export const compared = (workloads) =>
  workloads.filter(({ baseline, rows }) => baseline && rows.some(({ ratio }) => ratio));

/** Those that share a baseline with the first, for one table and one chart. */
export const beside = (workloads) => {
  const all = compared(workloads);
  return all
    .filter(({ baseline }) => baseline === all[0].baseline)
    .map((workload) => ({ ...workload, rows: workload.rows.filter(({ ratio }) => ratio) }));
};

/** Every contender of these workloads with its title, in the order of their first appearance. */
export const contenderTitles = (workloads) =>
  new Map(workloads.flatMap(({ rows }) => rows.map(({ contender, title }) => [contender, title])));

/** Contenders by workloads, as multiples of the baseline; a dash where one was not measured. */
export function summaryOf(workloads) {
  const shown = beside(workloads);
  const heads = ['', ...shown.map(({ title }) => title)];
  const cellOf = ({ rows }, contender) =>
    rows.find((row) => row.contender === contender)?.ratio?.median.toFixed(2) ?? '–';
  return [
    line(heads),
    rule(heads),
    ...[...contenderTitles(shown)].map(([contender, title]) =>
      line([title, ...shown.map((workload) => cellOf(workload, contender))]),
    ),
  ].join('\n');
}

/** Every target that is missed, and then whoever is ahead of Gatehouse, and where. */
export function targetsOf(workloads) {
  const rows = workloads.flatMap(({ title, targets }) =>
    targets.map((target) => ({ title, target })),
  );
  const missed = rows.filter(({ target }) => !target.met);
  const met = `${rows.length - missed.length} of ${rows.length} targets are met`;
  const ahead = aheadOf(workloads);
  return [
    missed.length > 0 ? `${met}; those that are not:` : `${met}.`,
    '',
    ...missed.map(({ title, target }) => `- ${title}: ${sentence(target)}`),
    ...(missed.length > 0 ? [''] : []),
    ahead.length > 0 ? 'Ahead of Gatehouse:' : 'No contender is ahead of Gatehouse.',
    '',
    ...ahead.map((each) => `- ${each}`),
  ].join('\n');
}

function aheadOf(workloads) {
  const places = new Map();
  for (const { title: workload, rows } of compared(workloads)) {
    const own = rows.find(({ contender }) => contender === 'gatehouse');
    for (const row of own ? rows.filter(({ unit }) => unit === own.unit) : []) {
      const times = row.lowerIsBetter
        ? own.value.median / row.value.median
        : row.value.median / own.value.median;
      if (times <= 1) continue;
      places.set(row.title, [
        ...(places.get(row.title) ?? []),
        `${workload} ${times.toFixed(2)} ×`,
      ]);
    }
  }
  return [...places].map(([title, where]) => `${title}: ${where.join(', ')}`);
}
