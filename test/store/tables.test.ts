import { expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { migrateStore } from '../../src/store/migrate.js';
import { tables } from '../../src/store/tables.js';
import { useFolder } from '../support/folder.js';
import { usePostgres } from '../support/postgres.js';

const folder = useFolder();
const postgres = usePostgres();

/** What is made anew where an installation is copied. */
const notCopied = ['attempt_counters', 'schema_version', 'sqlite_sequence'];
const listed = tables
  .flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
  .sort();
const copied = (names: readonly string[]): string[] =>
  names.filter((name) => !notCopied.includes(name.split('.')[0] ?? '')).sort();

test('the tables that are copied are those of SQLite, to the last column', async () => {
  const path = folder('a.db');
  await migrateStore(path);
  const db = new Database(path);
  const names = db
    .prepare<[], string>(
      `SELECT s.name || '.' || c.name FROM sqlite_schema s, pragma_table_info(s.name) c WHERE s.type = 'table'`,
    )
    .pluck()
    .all();
  db.close();
  expect(copied(names)).toEqual(listed);
});

test('the tables that are copied are those of PostgreSQL, with their types', async () => {
  const url = postgres.fresh();
  await migrateStore(url);
  const client = await postgres.client();
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT table_name || '.' || column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = $1`,
    [new URL(url).searchParams.get('schema')],
  );
  expect(copied(rows.map(({ name }) => name))).toEqual(listed);
  const types = new Map(rows.map(({ name, type }) => [name, type.replace('integer', 'bigint')]));
  for (const { name, columns } of tables) {
    for (const column of columns) expect(types.get(`${name}.${column.name}`)).toBe(column.type);
  }
});
