import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import prettier from 'prettier';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const load = async (file: string): Promise<any> =>
  import(pathToFileURL(join(root, 'bench', file)).href);

const { between, docsSection, readmeSection } = await load('report/page.mjs');
const { chartOf } = await load('report/chart.mjs');
const { judge } = await load('report/targets.mjs');
const { tableOf } = await load('report/table.mjs');
const results = JSON.parse(read('bench/results.json'));

/** As `npm run bench` writes it. */
async function formatted(page: string, section: string): Promise<string> {
  const path = join(root, page);
  const options = await prettier.resolveConfig(path);
  return prettier.format(between(read(page), section), { ...options, filepath: path });
}

describe('the figures of the benchmarks', () => {
  test('README.md says what bench/results.json says', async () => {
    expect(read('README.md')).toBe(await formatted('README.md', readmeSection(results)));
  });

  test('docs/benchmarks.md says what bench/results.json says', async () => {
    const page = 'docs/benchmarks.md';
    expect(read(page)).toBe(await formatted(page, docsSection(results)));
  });

  test('the chart shows what bench/results.json says', () => {
    expect(read('docs/benchmarks.svg')).toBe(chartOf(results));
  });

  test('every target of every workload was judged by what was measured', () => {
    for (const { name, rows, targets } of results.workloads) {
      const again = targets.map(({ limit, sign, value, ...target }: any) => ({
        name,
        ...target,
        met: sign === '≤' ? value <= limit : value >= limit,
      }));
      expect(again).toEqual(targets.map(({ met, text, unit }: any) => ({ name, text, unit, met })));
      expect(rows.length).toBeGreaterThan(0);
    }
  });
});

describe('the report', () => {
  const row = (contender: string, rates: number[]) => ({
    contender,
    title: contender,
    unit: 'requests/s',
    value: { median: rates[1], min: rates[0], max: rates[2] },
    rates,
  });
  const rows = [row('bare', [100, 200, 300]), row('gatehouse', [90, 220, 270])];

  test('a target beside another contender is the median of the ratios of each round', () => {
    expect(judge([{ against: 'bare', atLeast: 0.95 }], rows)).toEqual([
      { text: '≥ 0.95 × bare', value: 0.9, unit: '×', limit: 0.95, sign: '≥', met: false },
    ]);
  });

  test('a target of its own is what its function says', () => {
    const of = () => 49;
    expect(judge([{ text: 'at most 50 ms', unit: 'ms', of, atMost: 50 }], rows)).toEqual([
      { text: 'at most 50 ms', value: 49, unit: 'ms', limit: 50, sign: '≤', met: true },
    ]);
  });

  test('the best row stands first, also where less is better', () => {
    const workload = { title: 'Reads', about: '', baseline: 'bare', targets: [] };
    const order = (all: object[]) =>
      [...tableOf({ ...workload, rows: all }).matchAll(/^\| (bare|gatehouse) /gm)].map(
        ([, name]) => name,
      );
    expect(order(rows)).toEqual(['gatehouse', 'bare']);
    const times = rows.map((each) => ({ ...each, unit: 'ms', lowerIsBetter: true }));
    expect(order(times)).toEqual(['bare', 'gatehouse']);
  });

  test('a page without the marks is refused with the lines that it needs', () => {
    expect(() => between('# Page\n', 'text')).toThrow('The page needs the lines <!-- made by');
  });
});

test('what is compared has an exact version each', () => {
  const { dependencies } = JSON.parse(read('bench/package.json'));
  const loose = Object.entries<string>(dependencies).filter(([, v]) => !/^\d+\.\d+\.\d+$/.test(v));
  expect(loose).toEqual([]);
  expect(Object.keys(results.machine.packages)).toEqual(
    expect.arrayContaining(Object.keys(dependencies)),
  );
});
