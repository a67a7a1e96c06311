import { expect, test } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { entries, settingsHelp, settingsPage } from '../../src/config.js';
import { testFiles } from './tests.js';

const file = new URL('../../docs/settings.md', import.meta.url);

/** Null where the file that is named for a setting has a test of it; else what to do. */
function missingTest(code: string): string | null {
  const path = testFiles[code];
  if (path === undefined) {
    return `${code} has no test. Write one whose title begins with ${code}, and name its file in test/config/tests.ts.`;
  }
  const place = new URL(`../../${path}`, import.meta.url);
  if (!existsSync(place)) return `test/config/tests.ts names ${path} for ${code}: write it.`;
  const name = code.replace('.', '\\.');
  const title = new RegExp(`^\\s*(test|describe)\\((\\s*)['\`]${name}[ '\`]`, 'm');
  return title.test(readFileSync(place, 'utf8'))
    ? null
    : `No title in ${path} begins with ${code}. Begin the one of its test with it.`;
}

test('every setting has a test that says what it does', () => {
  const missing = entries.map(({ code }) => missingTest(code)).filter((one) => one !== null);
  expect(missing).toEqual([]);
  expect(Object.keys(testFiles).sort()).toEqual(entries.map(({ code }) => code).sort());
});

test('docs/settings.md is what the table says', () => {
  const page = settingsPage(({ code }) => testFiles[code] ?? 'test/config/tests.ts');
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(file, page);
  if (readFileSync(file, 'utf8') !== page) {
    throw new Error('docs/settings.md is stale. Run: UPDATE_DOCS=1 npm test -- test/config/docs');
  }
});

test('help names every flag, variable and default', () => {
  const help = settingsHelp().replace(/\s+/g, ' ');
  for (const { flag, env } of entries) {
    expect(help).toContain(` --${flag} `);
    for (const name of env) expect(help).toContain(name);
  }
  expect(help).toContain('(Default: 127.0.0.1; in production 0.0.0.0)');
  expect(help).toContain('(Default: 5m)');
  expect(help).toContain('(Default: generated, kept in the database)');
});

test('no line of help is wider than a terminal', () => {
  const widths = settingsHelp()
    .split('\n')
    .map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
});
