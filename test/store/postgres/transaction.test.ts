import { afterEach, expect, test } from '@jest/globals';
import { silentLog } from '../../../src/log.js';
import { createPool } from '../../../src/store/postgres/connect.js';
import { createDatabase, type Database } from '../../../src/store/postgres/database.js';
import type { Sql } from '../../../src/store/postgres/sql.js';
import { parseStoreUrl } from '../../../src/store/url.js';
import { usePostgres } from '../../support/postgres.js';

const postgres = usePostgres();
const open: Database[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

function database(): Database {
  const location = parseStoreUrl(postgres.fresh());
  if (location.engine !== 'postgres') throw new Error('not PostgreSQL');
  const pool = () => createPool(location, 1, silentLog);
  const made = createDatabase({ reads: pool(), writes: pool(), random: Math.random });
  open.push(made);
  return made;
}

test('a transaction whose connection broke before COMMIT could be sent is tried again, and done once', async () => {
  const { read, transaction } = database();
  const client = await postgres.client();
  await client.query('CREATE TABLE public.done (attempt integer)');
  let attempts = 0;
  const backendOf = async (sql: Sql) =>
    (await sql<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;
  await transaction(async (sql) => {
    attempts += 1;
    await sql('INSERT INTO public.done VALUES ($1)', [attempts]);
    if (attempts > 1) return;
    const pid = await backendOf(sql);
    await client.query('SELECT pg_terminate_backend($1)', [pid]);
    const alive = 'SELECT 1 FROM pg_stat_activity WHERE pid = $1';
    while (((await client.query(alive, [pid])).rowCount ?? 0) > 0);
    // The end of the connection has been heard of: COMMIT will find it gone.
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(attempts).toBe(2);
  expect(await read('SELECT attempt FROM public.done')).toEqual([{ attempt: 2 }]);
});
