/** Users and sessions in a Gatehouse file, made by its own store, and the first pair of each. */
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { silentLog } from '../../../.modules/log.js';
import { openStore } from '../../../.modules/store/open.js';
import { systemClock } from '../../../.modules/time.js';
import { deriveRefreshSecret, secretKid } from '../../../.modules/tokens/derive.js';
import { newSessionId, refreshTokenId } from '../../../.modules/tokens/ids.js';

export const SECRET = randomBytes(32).toString('hex');
const DAY = 86_400_000;
const BATCH = 5000;

export function folder() {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * Makes `count` users with one session each in a file that may be new. Ids are as random as the server's own, so
 * rows lie scattered. Answers the sessions, of which at most `keep` are remembered.
 */
export async function makeSessions(file, count, { keep = count, passwordHash = null } = {}) {
  await (await openStore(file, { clock: systemClock, log: silentLog })).close();
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  const user = db.prepare(
    'INSERT INTO users (id, email, password_hash, created_at) VALUES (?, ?, ?, ?)',
  );
  const role = db.prepare(`INSERT INTO user_roles (user_id, role) VALUES (?, 'member')`);
  const session = db.prepare(
    `INSERT INTO sessions (id, user_id, created_at, generation, parent, used_generation, rotated_at, rotated_address,
       rotated_user_agent, last_used_at, expires_at, ip_address, user_agent)
     VALUES (:id, :userId, :now, 0, -1, 0, :now, '127.0.0.1', NULL, :now, :end, '127.0.0.1', NULL)`,
  );
  db.exec(
    `INSERT OR IGNORE INTO roles (name, description, scopes) VALUES ('member', 'A member.', '["posts:read"]')`,
  );
  const now = Date.now();
  const kept = [];
  const insert = db.transaction((from, to) => {
    for (let n = from; n < to; n++) {
      const made = {
        id: newSessionId(),
        userId: newSessionId(),
        email: `u${n}-${now}@example.com`,
        now,
      };
      user.run(made.userId, made.email, passwordHash, now);
      role.run(made.userId);
      session.run({ id: made.id, userId: made.userId, now, end: now + 7 * DAY });
      if (kept.length < keep && n % Math.max(1, Math.floor(count / keep)) === 0) kept.push(made);
    }
  });
  for (let from = 0; from < count; from += BATCH) insert(from, Math.min(count, from + BATCH));
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return kept;
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(typ, key, kid, claims) {
  const text = `${encode({ alg: 'HS256', typ, kid })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

const commonClaims = ({ id, userId, now }) => {
  const seconds = Math.floor(now / 1000);
  return { sub: userId, sid: id, gen: 0, orig_iat: seconds, auth_time: seconds, iat: seconds };
};

const accessKey = Buffer.from(SECRET, 'utf8');
export const refreshKey = Buffer.from(deriveRefreshSecret(accessKey));
export const refreshKid = secretKid(refreshKey, 'HS256');
const accessKid = secretKid(accessKey, 'HS256');

/** The refresh token of generation 0, as a server under `SECRET` makes it. */
export const refreshTokenOf = (session) =>
  sign('rt+jwt', refreshKey, refreshKid, {
    ...commonClaims(session),
    exp: Math.floor((session.now + 7 * DAY) / 1000),
    jti: refreshTokenId(session.id, 0),
  });

/** An access token of generation 0, good for as long as `lifetime` (s), which the server must allow. */
export const accessTokenOf = (session, lifetime = 300, more = {}) => {
  const iat = Math.floor(session.now / 1000);
  return sign('at+jwt', accessKey, accessKid, {
    ...commonClaims(session),
    iat,
    exp: iat + lifetime,
    jti: newSessionId(),
    scope: 'posts:read',
    roles: ['member'],
    ver: '1.1',
    ...more,
  });
};

/** What `gatehouse serve` needs to serve that file; an hour of life lets no token end within a run. */
export const serverEnv = (file, more = {}) => ({
  NODE_ENV: 'production',
  GATEHOUSE_DATABASE: file,
  GATEHOUSE_PORT: '0',
  GATEHOUSE_HOST: '127.0.0.1',
  GATEHOUSE_LOG_LEVEL: 'error',
  JWT_SECRET_KEY: SECRET,
  JWT_EXPIRATION_DELTA: '1h',
  ...more,
});
