import { expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { entries, settingsHelp, settingsPage } from '../../src/config.js';

const file = new URL('../../docs/settings.md', import.meta.url);

test('docs/settings.md is what the table says', () => {
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(file, settingsPage());
  if (readFileSync(file, 'utf8') !== settingsPage()) {
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
