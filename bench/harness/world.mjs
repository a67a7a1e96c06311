import Database from 'better-sqlite3';
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../.modules/log.js';
import { openStore } from '../../.modules/store/open.js';
import { systemClock } from '../../.modules/time.js';
import { signToken } from '../../.modules/tokens/jwt.js';
import { importKeyPair, importSecret } from '../../.modules/tokens/keys.js';

/** Users of the reads, each with one live session; beside them one who may read all. */
export const USERS = 1000;
/** Longer than a run, so that tokens signed at its beginning are good at its end. */
export const LIFETIME = 4 * 3600;
const SCOPES = { member: [], editor: [], reader: ['users:read'] };

const userOf = (n) => ({
  id: randomUUID(),
  email: `user${String(n).padStart(4, '0')}@example.com`,
  roles: n % 3 === 0 ? ['editor', 'member'] : ['member'],
  createdAt: Date.now() - 86_400_000 + n,
});

/**
 * The same users twice: in a file that Gatehouse itself has filled, and in a small one for all others; with keys of
 * the algorithm, and `sign(user, jti)`, which makes an access token that all of them accept.
 */
export async function createWorld(algorithm = 'HS256') {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const users = Array.from({ length: USERS }, (_, n) => userOf(n));
  const reader = { ...userOf(USERS), email: 'reader@example.com', roles: ['reader'] };
  const files = { gatehouse: join(folder, 'gatehouse.db'), others: join(folder, 'others.db') };
  const sessions = await fillGatehouse(files.gatehouse, [...users, reader]);
  fillOthers(files.others, [...users, reader]);
  const keys = makeKeys(algorithm);
  const iat = Math.floor(Date.now() / 1000);
  const sign = (user, jti = randomUUID()) => {
    const { id, ver } = sessions.get(user.id);
    const times = { iat, exp: iat + LIFETIME, orig_iat: iat, auth_time: iat };
    const grants = { scope: scopesOf(user).join(' '), roles: user.roles, ver };
    const claims = { sub: user.id, sid: id, gen: 0, jti, ...times, ...grants };
    return signToken(claims, 'at+jwt', keys.signing);
  };
  const save = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const close = () => rmSync(folder, { recursive: true, force: true });
  return { algorithm, folder, files, users, reader, keys, sign, save, close };
}

const scopesOf = ({ roles }) => roles.flatMap((role) => SCOPES[role]).sort();

async function fillGatehouse(path, users) {
  const store = await openStore(path, { clock: systemClock, log: silentLog });
  const audit = (event) => ({ event, actorId: null });
  for (const [name, scopes] of Object.entries(SCOPES)) {
    await store.upsertRole(
      { name, scopes, description: null, expectedVersion: null },
      audit('role_set'),
    );
  }
  const sessions = new Map();
  await Promise.all(
    users.map(async ({ id, email, roles, createdAt }) => {
      const passwordHash = null;
      await store.createUser({ id, email, passwordHash, createdAt, roles }, audit('user_created'));
      const opened = await store.openSession(
        {
          id: randomBytes(16).toString('base64url'),
          userId: id,
          expectedPasswordHash: null,
          expiresAt: Date.now() + 7 * 86_400_000,
          origin: { address: '127.0.0.1', userAgent: 'bench' },
          network: null,
          maxSessions: 100,
        },
        audit('login'),
      );
      const { userChangeNumber, roleTable } = opened.grants;
      sessions.set(id, { id: opened.session.id, ver: `${userChangeNumber}.${roleTable.version}` });
    }),
  );
  await store.close();
  return sessions;
}

function fillOthers(path, users) {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec(`
    CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX users_page ON users (created_at, id);
    CREATE TABLE user_roles (user_id TEXT NOT NULL REFERENCES users (id), role TEXT NOT NULL, PRIMARY KEY (user_id, role)) STRICT, WITHOUT ROWID;
  `);
  const addUser = db.prepare('INSERT INTO users VALUES (?, ?, ?)');
  const addRole = db.prepare('INSERT INTO user_roles VALUES (?, ?)');
  db.transaction(() => {
    for (const { id, email, createdAt, roles } of users) {
      addUser.run(id, email, createdAt);
      for (const role of roles) addRole.run(id, role);
    }
  })();
  db.close();
}

function makeKeys(algorithm) {
  if (algorithm === 'HS256') {
    const secret = randomBytes(36).toString('base64');
    return { secret, verifying: secret, signing: importSecret(Buffer.from(secret), algorithm) };
  }
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' });
  const signing = importKeyPair({ privateKey, publicKey }, algorithm);
  return { privateKey, publicKey, verifying: publicKey, signing };
}
