const whole = (value) => Math.round(value).toLocaleString('en');
export const short = (value) =>
  value >= 100
    ? whole(value)
    : value.toFixed(value >= 10 ? 1 : value === 0 || value >= 0.1 ? 2 : 3);

export const line = (cells) => `| ${cells.join(' | ')} |`;
export const rule = (cells) => line(cells.map((_, index) => (index === 0 ? '---' : '--:')));

const spreadOf = ({ value }) =>
  value.min === value.max
    ? short(value.median)
    : `${short(value.median)} (${short(value.min)}–${short(value.max)})`;

/** What a row may say beside its value; a column stands where any row says it. */
const columns = [
  {
    key: 'ratio',
    head: ({ baseline }) => `× ${baseline}`,
    show: ({ median }) => median.toFixed(2),
  },
  { key: 'p50', head: () => 'p50, ms', show: short },
  { key: 'p99', head: () => 'p99, ms', show: short },
  { key: 'cpu', head: () => 'CPU a request, µs', show: short },
];

const has = (row, key) => row[key] !== null && row[key] !== undefined;

/** The best first. */
export const ranked = (rows) =>
  [...rows].sort((a, b) => (b.value.median - a.value.median) * (a.lowerIsBetter ? -1 : 1));

export function sentence({ text, value, unit, met }) {
  const measured = `${short(value)}${unit ? ` ${unit}` : ''}`;
  return `${text}: ${measured}, ${met ? 'met' : '**not met**'}`;
}

/** One workload as Markdown. */
export function tableOf(workload) {
  const { title, about, rows, targets } = workload;
  const units = new Set(rows.map(({ unit }) => unit));
  const told = columns.filter(({ key }) => rows.some((row) => has(row, key)));
  const [unit] = units;
  const heads = ['', units.size === 1 ? unit : 'value', ...told.map(({ head }) => head(workload))];
  // Rows of several kinds stand as they were given: there is no order among them.
  const shown = units.size === 1 ? ranked(rows) : rows;
  return [
    `### ${title}`,
    '',
    about,
    '',
    line(heads),
    rule(heads),
    ...shown.map((row) =>
      line([
        row.title,
        units.size === 1 ? spreadOf(row) : `${spreadOf(row)} ${row.unit}`,
        ...told.map(({ key, show }) => (has(row, key) ? show(row[key]) : '–')),
      ]),
    ),
    '',
    ...(targets.length > 0
      ? ['Gatehouse’s targets:', '', ...targets.map((target) => `- ${sentence(target)}`), '']
      : []),
  ].join('\n');
}
