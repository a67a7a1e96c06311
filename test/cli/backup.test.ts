import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { testNode } from '../support/auth.js';
import { cli, tempFolder } from './cli.js';

const places = () => {
  const folder = tempFolder();
  return { folder, file: join(folder, 'gatehouse.db'), copy: join(folder, 'copy.db') };
};
const ME = '{ me { email } }';

test('a backup of a file in use is whole, for its owner alone, and logs nobody out', async () => {
  const { folder, file, copy } = places();
  const node = await testNode(file);
  const { accessToken } = await node.signup();
  const writing = Promise.all(
    Array.from({ length: 50 }, () => node.store.recordEvent({ event: 'login', actorId: null })),
  );
  const ran = await cli(['backup', copy, '--database', file]);
  await writing;
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  const restored = await testNode(copy);
  expect((await restored.run(ME, { token: accessToken })).data.me.email).toBe('ann@example.com');
});

test('a backup that is put beside the log of a killed server is refused, and not destroyed', async () => {
  const { folder, file, copy } = places();
  const node = await testNode(file);
  await node.signup();
  expect(await cli(['backup', copy, '--database', file])).toMatchObject({ code: 0 });
  await node.signup('bob@example.com');
  const restored = join(folder, 'restored.db');
  copyFileSync(copy, restored);
  copyFileSync(`${file}-wal`, `${restored}-wal`);
  for (const command of [['user', 'list'], ['migrate'], ['backup', `${copy}2`]]) {
    expect(await cli([...command, '--database', restored])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(`delete ${restored}-wal and ${restored}-shm, and copy`),
    });
  }
  expect(readFileSync(restored).equals(readFileSync(copy))).toBe(true);
  rmSync(`${restored}-wal`);
  const { stdout } = await cli(['user', 'list', '--json', '--database', restored]);
  expect(JSON.parse(stdout)).toMatchObject([{ email: 'ann@example.com' }]);
});

test('so is one that is put over a file that this process has had open before', async () => {
  const { folder, file, copy } = places();
  const node = await testNode(file);
  await node.signup();
  expect(await cli(['backup', copy, '--database', file])).toMatchObject({ code: 0 });
  copyFileSync(`${file}-wal`, join(folder, 'old-wal'));
  await node.counters.close();
  await node.store.close();
  copyFileSync(copy, file);
  copyFileSync(join(folder, 'old-wal'), `${file}-wal`);
  expect(await cli(['user', 'list', '--database', file])).toMatchObject({ code: 4 });
  expect(readFileSync(file).equals(readFileSync(copy))).toBe(true);
});

test('a backup replaces no file, and needs a database', async () => {
  const { file, copy } = places();
  const missing = await cli(['backup', copy, '--database', file]);
  expect(missing).toMatchObject({ code: 4, stderr: expect.stringContaining('no database at') });
  await cli(['migrate', '--database', file]);
  writeFileSync(copy, 'precious');
  const taken = await cli(['backup', copy, '--database', file]);
  expect(taken).toMatchObject({ code: 4, stderr: expect.stringContaining('exists') });
  expect(statSync(copy).size).toBe(8);
  const nowhere = await cli(['backup', join(copy, 'x/y.db'), '--database', file]);
  expect(nowhere).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot be written') });
});

test('where a backup finds no room it is the disk of the copy that is full, and nothing is left of it', async () => {
  const { folder, file } = places();
  const { store } = await testNode(file);
  const details = { text: 'x'.repeat(1_000_000) };
  for (let n = 0; n < 20; n++) await store.recordEvent({ event: 'login', actorId: null, details });
  const room = join(folder, 'small');
  mkdirSync(room);
  // A disk of its own needs root. It has room for the beginning, and so for a journal.
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', room]);
  if (status !== 0) return;
  try {
    const copy = join(room, 'copy.db');
    const ran = await cli(['backup', copy, '--database', file]);
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining(`disk of ${copy} is`) });
    expect(readdirSync(room)).toEqual([]);
  } finally {
    spawnSync('umount', [room]);
  }
});

test('a backup of what is no database says which file that is', async () => {
  const { file, copy } = places();
  writeFileSync(file, 'something else entirely, and long enough to be read as a header'.repeat(20));
  const ran = await cli(['backup', copy, '--database', file]);
  expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining(`${file}: The database`) });
});

test('for PostgreSQL it says which tool to use, and no password', async () => {
  const ran = await cli(['backup', 'a.dump', '--database', 'postgres://u:hidden@h/app']);
  expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('pg_dump') });
  // Without the extension a restore has no index for searches.
  const command = 'pg_dump --format=custom --schema=gatehouse --extension=pg_trgm --file=';
  expect(ran.stderr).toContain(`${command}a.dump`);
  const page = readFileSync(join(import.meta.dirname, '../../docs/deploy.md'), 'utf8');
  expect(page).toContain(`${command}gatehouse.dump`);
  expect(ran.stderr).not.toContain('hidden');
});

test('a backup touches no file beside it, and a link to the database is as good as its name', async () => {
  const { folder, file, copy } = places();
  await cli(['migrate', '--database', file]);
  writeFileSync(`${copy}.partial`, 'precious');
  // What a killed one has left: in a container all have the same number.
  writeFileSync(`${copy}.${process.pid}.partial`, '');
  expect(await cli(['backup', copy, '--database', file])).toMatchObject({ code: 0 });
  expect(statSync(`${copy}.partial`).size).toBe(8);
  const link = join(folder, 'links', 'a.db');
  mkdirSync(join(folder, 'links'));
  symlinkSync(file, link);
  const made = await cli(['user', 'create', '--email', 'bob@example.com', '--database', link]);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  const blank = await cli(['migrate', '--database', `${file}\r`]);
  expect(blank).toMatchObject({ code: 3, stderr: expect.stringContaining('line break') });
});
