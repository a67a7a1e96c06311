import { describe, expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPort } from '../../src/cli/workers/port.js';
import { runTs, spawnTs, type Child } from '../support/child.js';
import { until } from '../support/until.js';
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

describe('where nothing more fits on the disk of standard output', () => {
  const under = ['sh', '-c', 'exec "$0" "$@" > /dev/full'];

  test('a command that prints has failed, and says so in a sentence', async () => {
    const file = join(tempFolder(), 'a.db');
    await runTs(main, ['migrate', '--database', file]);
    const { stderr } = await runTs(main, ['role', 'list', '--database', file], { under, code: 1 });
    expect(stderr).toMatch(/^gatehouse: What was printed is lost: ENOSPC.*\n$/);
  });

  test('a server serves', async () => {
    const port = await findPort('127.0.0.1', 0);
    const child = spawnTs(main, ['--port', String(port)], { cwd: tempFolder(), under });
    await untilServing(child, port);
    child.process.kill('SIGTERM');
    expect((await child.exited).signal).toBeNull();
    expect(child.stderr()).not.toContain('    at ');
  });
});

describe('where nothing more fits on the disk of standard error either', () => {
  const under = ['sh', '-c', 'exec "$0" "$@" > /dev/full 2>&1'];

  test('a command still ends with the exit code of its fault', async () => {
    await runTs(main, ['usr'], { under, code: 2 });
  });

  test('a server serves', async () => {
    const port = await findPort('127.0.0.1', 0);
    const child = spawnTs(main, ['--port', String(port)], { cwd: tempFolder(), under });
    await untilServing(child, port);
    expect(child.process.exitCode).toBeNull();
    child.process.kill('SIGTERM');
    await child.exited;
  });
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

const untilServing = ({ process }: Child, port: number): Promise<unknown> =>
  until(() =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => process.exitCode !== null,
    ),
  );
