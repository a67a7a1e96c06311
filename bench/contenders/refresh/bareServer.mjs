/**
 * What one would write by hand on `node:http` for the one purpose: verify, rotate, record, sign both. All requests of
 * one turn of the event loop share a transaction, each in a savepoint, and are answered after its COMMIT.
 * No GraphQL, no limits, no masking, no reuse detection but the generation.
 */
import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import jwt from 'jsonwebtoken';

const { BENCH_FILE, BENCH_ACCESS_KEY, BENCH_REFRESH_KEY, BENCH_REFRESH_KID } = process.env;
const accessKey = createSecretKey(Buffer.from(BENCH_ACCESS_KEY, 'hex'));
const refreshKey = createSecretKey(Buffer.from(BENCH_REFRESH_KEY, 'hex'));

const db = new Database(BENCH_FILE);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('foreign_keys = ON');

const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');
const rollback = db.prepare('ROLLBACK');
const savepoint = db.prepare('SAVEPOINT one');
const release = db.prepare('RELEASE one');
const undo = db.prepare('ROLLBACK TO one');
const advance = db.prepare(
  `UPDATE sessions SET generation = generation + 1, parent = generation, rotated_at = :now,
     rotated_address = :address, rotated_user_agent = :agent, last_used_at = :now
   WHERE id = :id AND user_id = :userId AND generation = :generation AND revoked_at IS NULL AND expires_at > :now
   RETURNING generation, created_at AS createdAt, expires_at AS expiresAt`,
);
const findUser = db.prepare(
  `SELECT users.disabled_at AS disabledAt, group_concat(user_roles.role) AS roles, group_concat(roles.scopes) AS scopes
   FROM users LEFT JOIN user_roles ON user_roles.user_id = users.id LEFT JOIN roles ON roles.name = user_roles.role
   WHERE users.id = ?`,
);
const record = db.prepare(
  `INSERT INTO audit (at, event, actor_id, user_id, session_id, ip_address, user_agent, details)
   VALUES (?, 'refresh', ?, ?, ?, ?, ?, ?)`,
);

let queue = [];

const rotate = (claims, request) =>
  new Promise((resolve, reject) => {
    if (queue.push({ claims, request, resolve, reject }) === 1) setImmediate(commitTurn);
  });

function commitTurn() {
  const jobs = queue;
  queue = [];
  begin.run();
  const results = jobs.map(rotateOne);
  try {
    commit.run();
  } catch (error) {
    if (db.inTransaction) rollback.run();
    for (const { reject } of jobs) reject(error);
    return;
  }
  jobs.forEach(({ resolve }, index) => resolve(results[index]));
}

function rotateOne({ claims, request }) {
  savepoint.run();
  try {
    const now = Date.now();
    const { remoteAddress: address } = request.socket;
    const agent = request.headers['user-agent'] ?? null;
    const { sid: id, sub: userId, gen: generation } = claims;
    const user = findUser.get(userId);
    const session =
      user.disabledAt === null
        ? advance.get({ id, userId, generation, now, address, agent })
        : undefined;
    if (session !== undefined) {
      const details = JSON.stringify({ outcome: 'rotated', generation: session.generation });
      record.run(now, userId, userId, id, address, agent, details);
    }
    release.run();
    return session && { ...session, ...user, id, userId, now };
  } catch {
    undo.run();
    release.run();
    return undefined;
  }
}

function pairOf({ id, userId, generation, createdAt, expiresAt, roles, scopes, now }) {
  const seconds = Math.floor(now / 1000);
  const login = Math.floor(createdAt / 1000);
  const common = {
    sub: userId,
    sid: id,
    gen: generation,
    orig_iat: login,
    auth_time: login,
    iat: seconds,
  };
  const header = { alg: 'HS256' };
  const accessToken = jwt.sign(
    {
      ...common,
      exp: seconds + 300,
      jti: randomUUID(),
      scope: JSON.parse(scopes).join(' '),
      roles: roles.split(','),
      ver: '1.1',
    },
    accessKey,
    { header: { ...header, typ: 'at+jwt', kid: 'access' } },
  );
  const jti = createHash('sha256').update(`${id}.${generation}`).digest('base64url').slice(0, 22);
  const refreshToken = jwt.sign({ ...common, exp: Math.floor(expiresAt / 1000), jti }, refreshKey, {
    header: { ...header, typ: 'rt+jwt', kid: BENCH_REFRESH_KID },
  });
  return { accessToken, refreshToken };
}

async function answer(request, body) {
  const claims = jwt.verify(JSON.parse(body).refreshToken, refreshKey, { algorithms: ['HS256'] });
  const rotated = await rotate(claims, request);
  if (rotated === undefined) throw new Error('Refused.');
  return JSON.stringify(pairOf(rotated));
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    answer(request, body).then(
      (text) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      },
      () => response.writeHead(401, { 'content-length': 0 }).end(),
    );
  });
});
server.listen(0, '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}/`),
);
process.once('SIGTERM', () => process.exit());
