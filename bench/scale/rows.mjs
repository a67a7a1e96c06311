/** node bench/scale/rows.mjs [SESSIONS…]: what a step costs at so many sessions, a tenth as many users. */
import { createHash } from 'node:crypto';
import { silentLog } from '../../.modules/log.js';
import { openStore } from '../../.modules/store/open.js';
import { systemClock } from '../../.modules/time.js';
import { startPostgres } from './server.mjs';

const sizes = process.argv.slice(2).map(Number);
const DAY = 86_400_000;
const ROUNDS = 400;
const audit = { event: 'login', actorId: null };
const origin = { address: '192.0.2.1', userAgent: 'bench' };

const { url, client, stop } = await startPostgres();
const indexes = ['sessions_live', 'sessions_expiry'];

/** A tenth of the sessions have expired, so that there is always something to clean up. */
async function load(sessions) {
  const users = Math.max(1000, sessions / 10);
  await client.query('SET search_path = gatehouse');
  await client.query('TRUNCATE users, sessions, user_roles, known_addresses, audit');
  const { rows } = await client.query(
    `SELECT indexdef FROM pg_indexes WHERE schemaname = 'gatehouse' AND indexname = ANY($1)`,
    [indexes],
  );
  for (const index of indexes) await client.query(`DROP INDEX ${index}`);
  await client.query(
    `INSERT INTO users (id, email, password_hash, created_at)
     SELECT md5(i::text), 'user' || i || '@' || (i % 100) || '.example.com', 'hash', i FROM generate_series(1, $1::int) i`,
    [users],
  );
  await client.query(
    `INSERT INTO sessions (id, user_id, created_at, generation, parent, used_generation, rotated_at, last_used_at, expires_at, ip_address, user_agent)
     SELECT 's' || md5(i::text), md5((1 + i % $2)::text), $3::bigint, 0, -1, 0, $3, $3, CASE WHEN i % 10 = 0 THEN $3 - i ELSE $3 + 7 * ${DAY} END, '192.0.2.1', 'Mozilla/5.0 (X11; Linux x86_64)'
     FROM generate_series(1, $1::int) i ORDER BY md5(i::text)`,
    [sessions, users, Date.now()],
  );
  for (const { indexdef } of rows) await client.query(indexdef);
  await client.query('VACUUM ANALYZE');
  // What the load left to be written must not be measured.
  await client.query('CHECKPOINT');
  await new Promise((resolve) => setTimeout(resolve, 5000));
  return users;
}

const random = (limit) => 1 + Math.floor(Math.random() * limit);
const md5 = (text) => createHash('md5').update(String(text)).digest('hex');

async function measure(step) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await step(round);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return [times[ROUNDS / 2], times[Math.floor(ROUNDS * 0.99)]].map((time) => time.toFixed(2));
}

const results = {};
const store = await openStore(url, { clock: systemClock, log: silentLog });
for (const sessions of sizes) {
  const began = Date.now();
  const users = await load(sessions);
  const live = async () => {
    for (;;) {
      const id = `s${md5(random(sessions))}`;
      const state = await store.sessionState(id);
      if (state !== null && state.session.expiresAt > Date.now())
        return { id, userId: state.session.userId };
    }
  };
  const some = [];
  for (let n = 0; n < ROUNDS; n++) some.push(await live());
  const steps = {
    'login: the session': (n) =>
      store.openSession(
        {
          id: `new${sessions}-${n}`,
          userId: md5(random(users)),
          expectedPasswordHash: 'hash',
          expiresAt: Date.now() + 7 * DAY,
          origin,
          network: '192.0.2.1',
          maxSessions: 100,
        },
        audit,
      ),
    refresh: (n) =>
      store.rotate({
        sessionId: some[n].id,
        userId: some[n].userId,
        generation: 0,
        origin,
        reuseInterval: 30_000,
        window: null,
        slide: null,
      }),
    'guarded read: the session': (n) => store.sessionState(some[n].id),
    '`sessions` of a user': (n) => store.liveSessionsByUserIds([some[n].userId]),
    '`users(search)`, one found': () =>
      store.usersPage({
        first: 20,
        last: null,
        after: null,
        before: null,
        search: `user${random(users)}@`,
      }),
    '`users(search)`, many found': () =>
      store.usersPage({ first: 20, last: null, after: null, before: null, search: '7.example' }),
    'clean-up of 200 expired': () =>
      store.prune({
        sessionsBefore: Date.now() - 1,
        refreshAuditBefore: 0,
        auditBefore: 0,
        addressesBefore: 0,
        keySecretsBefore: 0,
        keysBefore: 0,
        limit: sessions >= 1e6 ? 200 : 2,
      }),
  };
  for (const [name, step] of Object.entries(steps)) {
    (results[name] ??= []).push(await measure(step));
  }
  console.error(`${sessions} sessions: ${((Date.now() - began) / 1000).toFixed(0)} s`);
}
await store.close();
console.log(`| median / p99, ms | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} |`);
for (const [name, cells] of Object.entries(results)) {
  console.log(`| ${name} | ${cells.map((cell) => cell.join(' / ')).join(' | ')} |`);
}
await client.query('SET search_path = gatehouse');
for (const [name, statement] of Object.entries({
  'guarded read': `SELECT * FROM sessions JOIN users ON users.id = sessions.user_id CROSS JOIN versions WHERE sessions.id = ANY('{a,b,c}'::text[])`,
  sessions: `SELECT * FROM sessions WHERE user_id = ANY('{a}'::text[]) AND revoked_at IS NULL ORDER BY created_at DESC, id DESC`,
  'users(search), one found': `SELECT * FROM users WHERE lower(email) LIKE '%user4711@%' ORDER BY created_at, id LIMIT 21`,
  'users(search), many found': `SELECT * FROM users WHERE lower(email) LIKE '%7.example%' ORDER BY created_at, id LIMIT 21`,
  'clean-up': `SELECT id FROM sessions WHERE expires_at < 1 ORDER BY expires_at LIMIT 200 FOR UPDATE SKIP LOCKED`,
})) {
  const { rows } = await client.query(`EXPLAIN (COSTS OFF) ${statement}`);
  console.log(`\n${name}\n${rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n')}`);
}
await stop();
