/** better-auth as its documentation sets it up on `node:http` and better-sqlite3; it hashes with scrypt. */
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import Database from 'better-sqlite3';

const { BENCH_FILE, BENCH_COUNT, BENCH_PASSWORD } = process.env;
const database = new Database(BENCH_FILE);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
const options = {
  database,
  secret: 'a secret of the bench, of enough characters',
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  // All that is asked here comes from one address.
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
for (let n = 0; n < Number(BENCH_COUNT); n++) {
  const email = `user${n}@example.com`;
  await auth.api.signUpEmail({ body: { email, password: BENCH_PASSWORD, name: `User ${n}` } });
}
const server = createServer(toNodeHandler(auth));
server.listen(0, '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}/`),
);
process.once('SIGTERM', () => process.exit());
