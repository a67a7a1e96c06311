import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Database } from '../../support/sqlite.js';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { connect } from '../../../src/store/sqlite/connection.js';
import { guardFile } from '../../../src/store/sqlite/fileGuard.js';
import { createSqliteStore } from '../../../src/store/sqlite/store.js';
import { StoreUnavailableError, type Store } from '../../../src/store/store.js';
import { systemClock } from '../../../src/time.js';
import { testClock } from '../../support/clock.js';
import { useFolder } from '../../support/folder.js';
import { AUDIT, givenOf } from '../../../src/store/contract/given.js';

const folder = useFolder();
const options = { clock: systemClock, log: silentLog };
const open: Store[] = [];
let files = 0;
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

async function openFile(): Promise<{ path: string; store: Store }> {
  const path = folder(`${files++}.db`);
  const store = await openStore(path, options);
  open.push(store);
  return { path, store };
}

describe('a full disk', () => {
  test('refuses writes, serves reads, and is over without reopening', async () => {
    const path = folder(`${files++}.db`);
    const { db } = await connect(path, { random: Math.random });
    const clock = testClock();
    const store = createSqliteStore(db, guardFile(path), {
      clock,
      log: silentLog,
      random: Math.random,
    });
    open.push(store);
    const { user, session, rotate, row } = givenOf(store, clock);
    await user('ada');
    await session('s', 'ada');
    await rotate('s', 0);
    db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`);
    const big = { ...AUDIT, details: { text: 'x'.repeat(100_000) } };
    const failed = store.recordEvent(big);
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toThrow(/disk .* full/);
    const small = await Promise.allSettled([store.recordEvent(big), store.keys()]);
    expect(small.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await row('s'))?.generation).toBe(1);
    db.pragma('max_page_count = 1000000');
    await store.recordEvent(big);
    expect((await rotate('s', 1)).kind).toBe('rotated');
  });
});

describe('a file that is locked by another process', () => {
  test('is waited for, while the event loop turns', async () => {
    const { path, store } = await openFile();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    let longest = 0;
    let last = performance.now();
    const beat = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    setTimeout(() => other.exec('COMMIT'), 700);
    await store.recordEvent(AUDIT);
    clearInterval(beat);
    other.close();
    expect(longest).toBeLessThan(250);
    expect(await store.auditEvents({ limit: 9 })).toHaveLength(1);
  });

  test('is given up after some seconds, and works again when it is free', async () => {
    const { path, store } = await openFile();
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const failed = store.recordEvent(AUDIT);
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toMatchObject({ retryAfter: 1 });
    await expect(failed).rejects.toThrow('locked by another process. Try again');
    expect(await store.auditEvents({ limit: 9 })).toEqual([]);
    other.exec('COMMIT');
    other.close();
    await store.recordEvent(AUDIT);
  });

  test('does not keep a store from closing that has nothing left to write', async () => {
    const path = folder(`${files++}.db`);
    const warn = jest.fn();
    const store = await openStore(path, { ...options, log: { ...silentLog, warn } });
    await store.recordEvent(AUDIT);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const begun = performance.now();
    await store.close();
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(warn).not.toHaveBeenCalled();
    other.close();
  });
});

describe('a file that goes away under a running server', () => {
  test('deleted: writes are refused and nothing is made anew, until it is back', async () => {
    const { path, store } = await openFile();
    renameSync(path, `${path}.away`);
    await expect(store.recordEvent(AUDIT)).rejects.toThrow(`${path} was deleted`);
    expect(() => store.ping()).toThrow(StoreUnavailableError);
    expect(() => store.keys()).toThrow(StoreUnavailableError);
    expect(() => guardFile(path)).toThrow('ENOENT');
    renameSync(`${path}.away`, path);
    await store.recordEvent(AUDIT);
  });

  test('deleted: reads are refused a second later, though nobody writes', async () => {
    const { path, store } = await openFile();
    const { user, session } = givenOf(store, testClock());
    await user('ada');
    await session('s', 'ada');
    for (let time = 0; time < 3; time++) expect(await store.sessionState('s')).not.toBeNull();
    rmSync(path);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(() => store.sessionState('s')).toThrow(StoreUnavailableError);
  });

  test('replaced or emptied: writes are refused', async () => {
    const { path, store } = await openFile();
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    await expect(store.recordEvent(AUDIT)).rejects.toThrow('was replaced');
    const second = await openFile();
    truncateSync(second.path);
    await expect(second.store.recordEvent(AUDIT)).rejects.toThrow('was emptied');
  });

  test('behind a path that leads nowhere for a while: both are refused, until it leads there again', async () => {
    mkdirSync(folder('mount'));
    const store = await openStore(folder('mount/a.db'), options);
    open.push(store);
    renameSync(folder('mount'), folder('away'));
    symlinkSync('mount', folder('mount'));
    const failed = store.recordEvent(AUDIT);
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toThrow('cannot be looked at (ELOOP');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(() => store.sessionState('s')).toThrow(StoreUnavailableError);
    rmSync(folder('mount'));
    renameSync(folder('away'), folder('mount'));
    await store.recordEvent(AUDIT);
    expect(store.sessionState('s')).toBe(null);
  });
});

describe('a file that cannot be used does not start', () => {
  const start = (path: string) => openStore(path, options);

  test('no database', async () => {
    const path = folder('text.db');
    writeFileSync(path, 'this is no database, but long enough to look at'.repeat(99));
    await expect(start(path)).rejects.toThrow(StoreUnavailableError);
    await expect(start(path)).rejects.toThrow(
      `${path}: The database file is not a SQLite database`,
    );
  });

  test('a database that is damaged', async () => {
    const path = folder('damaged.db');
    await (await openStore(path, options)).close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4000, 0xff), 0, 4000, 96);
    closeSync(file);
    await expect(start(path)).rejects.toThrow(/damaged.*restore a backup/);
  });

  test('a folder, or a path through a file', async () => {
    await expect(start(folder('.'))).rejects.toThrow(StoreUnavailableError);
    writeFileSync(folder('file'), '');
    await expect(start(folder('file/x.db'))).rejects.toThrow('cannot be opened (');
  });

  test('a file that was emptied beside its log, which stays for those who can recover it', async () => {
    const path = folder('emptied.db');
    const kept = `${path}.kept`;
    const store = await openStore(path, options);
    open.push(store);
    await store.recordEvent(AUDIT);
    copyFileSync(`${path}-wal`, kept);
    await store.close();
    truncateSync(path);
    copyFileSync(kept, `${path}-wal`);
    await expect(start(path)).rejects.toThrow(StoreUnavailableError);
    await expect(start(path)).rejects.toThrow('is empty, but its write-ahead log');
    expect(statSync(`${path}-wal`).size).toBe(statSync(kept).size);
    expect(statSync(path).size).toBe(0);
  });

  test('a write-ahead log whose file is missing', async () => {
    const path = folder('lost.db');
    writeFileSync(`${path}-wal`, 'x');
    await expect(start(path)).rejects.toThrow('Restore the file');
  });
});
