import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const bench = join(import.meta.dirname, '../../bench');
const load = (file: string) => import(pathToFileURL(join(bench, file)).href);
const { compare } = await load('regression/compare.mjs');
const { workloads } = await load('profile/workloads.mjs');

const accepted = { read: { allocatedBytes: 100_000, promises: 100, statements: 3 } };
const changed = (figures: object) => ({ read: { ...accepted.read, ...figures } });

describe('the guard against regressions', () => {
  test('15 % more allocation fails, and the sentence names workload, figure, and how to accept it', () => {
    const { problems } = compare(changed({ allocatedBytes: 115_000 }), accepted);
    expect(problems).toEqual([
      'read: 115000 bytes allocated a request, 15.0 % more than the 100000 accepted. If that is what it should cost, accept it: npm run bench:regression -- --update',
    ]);
  });

  test('9 % more is no regression', () => {
    const { problems, gains } = compare(changed({ allocatedBytes: 109_000 }), accepted);
    expect({ problems, gains }).toEqual({ problems: [], gains: [] });
  });

  test('one more SQL statement fails', () => {
    const { problems } = compare(changed({ statements: 4 }), accepted);
    expect(problems).toEqual([expect.stringContaining('read: 4 SQL statements run a request')]);
  });

  test('the first statement where none was accepted fails', () => {
    const none = { read: { statements: 0 } };
    expect(compare({ read: { statements: 1 } }, none).problems).toHaveLength(1);
    expect(compare(none, none).problems).toEqual([]);
  });

  test('15 % less is told, and fails nothing', () => {
    const { problems, gains } = compare(changed({ promises: 85 }), accepted);
    expect(problems).toEqual([]);
    expect(gains).toEqual(['read: 85 promises made a request, 15.0 % less than the 100 accepted.']);
  });

  test('a workload or a figure that nobody has accepted fails', () => {
    expect(compare({ list: { promises: 1 } }, accepted).problems).toHaveLength(1);
    expect(compare(changed({ sockets: 1 }), accepted).problems).toHaveLength(1);
  });

  test('every workload has figures for each Node version that is kept', () => {
    const text = readFileSync(join(bench, 'regression/figures.json'), 'utf8');
    const figures = JSON.parse(text) as Record<string, object>;
    expect(Object.keys(figures)).toContain('20');
    for (const kept of Object.values(figures)) {
      expect(Object.keys(kept)).toEqual(Object.keys(workloads));
    }
  });
});
