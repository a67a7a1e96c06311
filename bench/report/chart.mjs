import { ranked } from './table.mjs';
import { beside } from './summary.mjs';

const WIDTH = 860;
const LABELS = 400;
const BAR = 18;
const STEP = 24;
const HEAD = 40;

/** Colours of both themes: a page in the dark shows the picture in the dark. */
const style = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328; }
    .title { font-weight: 600; font-size: 15px; }
    .bar { fill: #a8b1bb; }
    .own { fill: #0969da; }
    .one { stroke: #59636e; stroke-dasharray: 3 3; }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; }
      .bar { fill: #59636e; }
      .own { fill: #4493f8; }
      .one { stroke: #9198a1; }
    }`;

const plain = (title) =>
  title.replaceAll(/[`*]/g, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bars of every contender in every workload of the reads, as multiples of the baseline. */
export function chartOf({ workloads }) {
  const shown = beside(workloads);
  const longest = Math.max(
    1,
    ...shown.flatMap(({ rows }) => rows.map(({ ratio }) => ratio.median)),
  );
  const scale = (WIDTH - LABELS - 60) / longest;
  const parts = [];
  let y = 0;
  for (const { title, rows, baseline } of shown) {
    parts.push(`<text class="title" x="0" y="${y + 26}">${plain(title)}</text>`);
    y += HEAD;
    const top = y;
    for (const row of ranked(rows)) {
      parts.push(bar(row, y, scale));
      y += STEP;
    }
    const x = (LABELS + scale).toFixed(1);
    parts.push(
      `<line class="one" x1="${x}" x2="${x}" y1="${top - 4}" y2="${y}"><title>${baseline}</title></line>`,
    );
    y += 12;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Requests a second beside the bare handler">`,
    `  <style>${style}\n  </style>`,
    ...parts.map((part) => `  ${part}`),
    '</svg>\n',
  ].join('\n');
}

function bar({ contender, title, ratio }, y, scale) {
  const width = Math.max(1, ratio.median * scale).toFixed(1);
  const kind = contender === 'gatehouse' ? 'bar own' : 'bar';
  const end = (LABELS + Number(width) + 6).toFixed(1);
  return [
    `<text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${plain(title)}</text>`,
    `<rect class="${kind}" x="${LABELS}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
    `<text x="${end}" y="${y + 14}">${ratio.median.toFixed(2)}</text>`,
  ].join('');
}
