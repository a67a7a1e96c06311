const whole = (value) => Math.round(value).toLocaleString('en');
const short = (value) => (value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 1 : 2));
const cell = (value, show) => (value === null || value === undefined ? '–' : show(value));

const sentence = ({ text, value, unit, met }) =>
  `${text}: ${short(value)}${unit ? ` ${unit}` : ''}, ${met ? 'met' : '**not met**'}`;

const line = (cells) => `| ${cells.join(' | ')} |`;

/** One workload as Markdown: the fastest first. */
export function tableOf({ title, about, rows, baseline, targets }) {
  const [{ unit }] = rows;
  const heads = ['', `${unit}, median (min–max)`, `× ${baseline}`, 'p50, ms', 'p99, ms', 'CPU µs'];
  const sorted = [...rows].sort((a, b) => b.value.median - a.value.median);
  return [
    `### ${title}`,
    '',
    about,
    '',
    line(heads),
    line(heads.map((_, index) => (index === 0 ? '---' : '--:'))),
    ...sorted.map(({ title: name, value, ratio, p50, p99, cpu }) =>
      line([
        name,
        `${short(value.median)} (${short(value.min)}–${short(value.max)})`,
        cell(ratio, ({ median }) => median.toFixed(2)),
        ...[p50, p99, cpu].map((figure) => cell(figure, short)),
      ]),
    ),
    '',
    ...targets.map((target) => `- ${sentence(target)}`),
    '',
  ].join('\n');
}
