import { expect, test } from '@jest/globals';
import { sessionColumns, userColumns } from '../../../src/store/columns.js';
import { migrate } from '../../../src/store/sqlite/migrate.js';
import { asSessionRow, asUserRow } from '../../../src/store/sqlite/rowValues.js';
import { Database } from '../../support/sqlite.js';

test.each([
  ['users', userColumns, asUserRow],
  ['sessions', sessionColumns, asSessionRow],
] as const)('the values of a row of %s get the names of their columns', (table, columns, as) => {
  const db = new Database(':memory:');
  migrate(db);
  const query = `SELECT ${columns} FROM (SELECT NULL) LEFT JOIN ${table} ON 0`;
  const names = db
    .prepare(query)
    .columns()
    .map(({ name }) => name);
  db.close();
  expect(Object.entries(as(names as never))).toEqual(names.map((name) => [name, name]));
});
