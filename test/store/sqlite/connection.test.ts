import { expect, test } from '@jest/globals';
import type { Database } from 'better-sqlite3';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect, connectLoosely } from '../../../src/store/sqlite/connection.js';
import { useFolder } from '../../support/folder.js';

const folder = useFolder();
const pragma = (db: Database, name: string): unknown => db.pragma(name, { simple: true });

test('a commit of the store survives a power loss, one of the counters may not', async () => {
  const { db } = await connect(folder('a.db'), { random: Math.random });
  expect(pragma(db, 'journal_mode')).toBe('wal');
  expect(pragma(db, 'synchronous')).toBe(2);
  expect(pragma(db, 'foreign_keys')).toBe(1);
  const loose = connectLoosely(folder('a.db'));
  expect(pragma(loose, 'journal_mode')).toBe('wal');
  expect(pragma(loose, 'synchronous')).toBe(1);
  loose.close();
  db.close();
});

test('a file that is opened once more in a process stays locked for others, who would else delete its log', async () => {
  // Only Linux says who has locked what.
  if (!existsSync('/proc/locks')) return;
  const path = folder('a.db');
  const { db } = await connect(path, { random: Math.random });
  const locks = () =>
    readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .filter((line) => line.includes(`:${statSync(path).ino} `));
  const before = locks();
  expect(before).not.toEqual([]);
  const second = await connect(path, { random: Math.random });
  expect(locks()).toHaveLength(before.length);
  second.db.close();
  db.close();
});

test('no lock of another process stops the event loop for longer than a few milliseconds', async () => {
  const { db } = await connect(folder('a.db'), { random: Math.random });
  const loose = connectLoosely(folder('a.db'));
  for (const one of [db, loose]) expect(pragma(one, 'busy_timeout')).toBeLessThanOrEqual(10);
  loose.close();
  db.close();
});
