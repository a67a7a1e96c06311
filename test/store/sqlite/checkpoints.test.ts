import { expect, test } from '@jest/globals';
import { Database } from '../../support/sqlite.js';
import { existsSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLog } from '../../../src/log.js';
import { AUDIT } from '../../../src/store/contract/given.js';
import { openStore } from '../../../src/store/open.js';
import { createCheckpoints } from '../../../src/store/sqlite/checkpoints.js';
import { systemClock } from '../../../src/time.js';
import { useFolder } from '../../support/folder.js';
import { openFiles } from '../../support/openFiles.js';

const folder = useFolder();

test('the log is brought into the database beside the writes, long before a writer would have to', async () => {
  const path = folder('a.db');
  const statements: string[] = [];
  const store = await openStore(path, {
    clock: systemClock,
    log: silentLog,
    onStatement: (sql) => statements.push(sql),
  });
  const before = statSync(path).size;
  const text = 'x'.repeat(1000);
  const write = (): Promise<void> => store.recordEvent({ ...AUDIT, details: { text } });
  for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 256 }, write));
  // The database itself grows by a checkpoint alone.
  for (let wait = 0; statSync(path).size < before + 200_000; wait++) {
    expect(wait).toBeLessThan(500);
    await delay(10);
    await write();
  }
  expect(statSync(`${path}-wal`).size).toBeLessThan(4000 * 4096);
  expect(statements.filter((sql) => sql.includes('checkpoint('))).toEqual([]);
  await store.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  const db = new Database(path, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('SELECT count(*) FROM audit').pluck().get()).toBeGreaterThanOrEqual(768);
  db.close();
});

test('who writes little has no thread', async () => {
  const checkpoints = createCheckpoints(folder('missing.db'));
  checkpoints.written(255);
  await checkpoints.close();
});

test('a file that was taken away keeps no store from closing', async () => {
  const path = folder('gone.db');
  const store = await openStore(path, { clock: systemClock, log: silentLog });
  await Promise.all(Array.from({ length: 300 }, () => store.recordEvent(AUDIT)));
  await delay(200);
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`);
  await store.close();
  expect(openFiles(path)).toEqual([]);
});

test('a thread that cannot work is missed by nobody', async () => {
  const checkpoints = createCheckpoints(folder('missing.db'));
  checkpoints.written(256);
  await delay(500);
  checkpoints.written(256);
  await checkpoints.close();
});
