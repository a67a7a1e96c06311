import { expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTs } from '../support/child.js';
import { tempFolder } from './cli.js';

const main = new URL('../../src/cli/main.ts', import.meta.url);

test('the program is a process with a version, an exit code and a standard input', async () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect((await runTs(main, ['--version'])).stdout).toBe(`${version}\n`);
  expect((await runTs(main, ['usr'], { code: 2 })).stderr).toContain('Did you mean user?');
  await runTs(main, ['migrate', '--database', join(tempFolder(), 'a.db')]);
});

test('a database with a newer schema ends with 4 and says to upgrade', async () => {
  const file = join(tempFolder(), 'a.db');
  await runTs(main, ['migrate', '--database', file]);
  const db = new Database(file);
  db.pragma('user_version = 999');
  db.close();
  const { stderr } = await runTs(main, ['user', 'list', '--database', file], { code: 4 });
  expect(stderr).toMatch(/has schema 999, .* Upgrade gatehouse/);
});
