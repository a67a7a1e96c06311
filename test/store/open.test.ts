import { describe, expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { statSync } from 'node:fs';
import { silentLog } from '../../src/log.js';
import { migrateStore } from '../../src/store/migrate.js';
import { openLimiter, openStore } from '../../src/store/open.js';
import { migrate } from '../../src/store/sqlite/migrate.js';
import { StoreSchemaError } from '../../src/store/store.js';
import { systemClock } from '../../src/time.js';
import { useFolder } from '../support/folder.js';

const folder = useFolder();
const options = { clock: systemClock, log: silentLog };

describe('opening a store', () => {
  test('makes the file and its folder, for nobody else to read', async () => {
    const path = folder('deep/er/gatehouse.db');
    await (await openStore(`sqlite:${path}`, options)).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder('deep/er')).mode & 0o777).toBe(0o700);
  });

  test.each([
    'mysql://ada:secret@db/app',
    'postgres://ada:se cret@db:port/app',
    'postgres:secret',
    'postgres://db/app?schema=Secret;',
    'sqlite:',
    'sqlite://relative.db',
    '',
    ' ',
  ])('%p is refused with what is supported', async (url) => {
    const failure = await openStore(url, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TypeError);
    expect((failure as Error).message).toMatch(/data\/gatehouse.db|postgres:\/\/user|take it out/);
    expect((failure as Error).message).not.toContain('secret');
  });

  test('what is missing from the options is said', async () => {
    await expect(openStore(':memory:', {} as typeof options)).rejects.toThrow(
      'expects { clock, log }',
    );
  });

  test('what was committed is there after reopening', async () => {
    const path = folder('again.db');
    const store = await openStore(path, options);
    await store.recordEvent({ event: 'login', actorId: 'ada' });
    await store.close();
    const again = await openStore(path, options);
    expect(await again.auditEvents({ limit: 9 })).toHaveLength(1);
    await again.close();
  });

  test('counters want the store opened first', async () => {
    await expect(openLimiter(folder('nowhere.db'))).rejects.toThrow('nowhere.db');
  });
});

describe('the schema', () => {
  test('is brought up to date once', async () => {
    const path = folder('migrate.db');
    const latest = (await migrateStore(path)).to;
    expect(latest).toBeGreaterThan(0);
    expect(await migrateStore(path)).toEqual({ from: latest, to: latest });
  });

  test('of a newer version is refused, with the way out', async () => {
    const path = folder('newer.db');
    await migrateStore(path);
    const db = new Database(path);
    db.pragma('user_version = 999');
    db.close();
    const failure = await openStore(path, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreSchemaError);
    expect(failure).toMatchObject({ code: 'newer-schema' });
    expect((failure as Error).message).toMatch(/Upgrade gatehouse .* or restore a backup/);
  });

  test('of another application is left alone', async () => {
    const path = folder('foreign.db');
    const db = new Database(path);
    db.exec('CREATE TABLE theirs (n)');
    db.close();
    await expect(openStore(path, options)).rejects.toMatchObject({ code: 'foreign-file' });
  });

  test('stays as it was where a migration fails, and the ones before it hold', () => {
    const db = new Database(':memory:');
    const steps = ['CREATE TABLE a (n)', 'CREATE TABLE b (n); SELECT nonsense'];
    expect(() => migrate(db, steps)).toThrow('nonsense');
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['a']);
    expect(db.inTransaction).toBe(false);
    expect(migrate(db, ['CREATE TABLE a (n)', 'CREATE TABLE b (n)'])).toEqual({ from: 1, to: 2 });
    db.close();
  });
});
