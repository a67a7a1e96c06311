/** A database with people and sessions in it, and tokens for them: made without logging anybody in. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../.modules/log.js';
import { openStore } from '../../.modules/store/open.js';
import { systemClock } from '../../.modules/time.js';
import { deriveRefreshSecret, importSecret } from '../../.modules/tokens/keys.js';
import { createPasswordHasher } from '../../.modules/tokens/password.js';
import { signToken } from '../../.modules/tokens/jwt.js';
import { refreshTokenId } from '../../.modules/tokens/ids.js';

const PASSWORD = 'correct horse battery staple';
export const SECRET = 'a secret of the benchmarks, known to everybody';
const DAY = 86_400_000;
const audit = { event: 'login', actorId: null };
const origin = { address: '127.0.0.1', userAgent: 'bench' };

/** As many people, of whom the first is an administrator, with one session each. */
export async function createWorld(people = 100) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-profile-'));
  const database = join(folder, 'gatehouse.db');
  const store = await openStore(database, { clock: systemClock, log: silentLog });
  const { hash: passwordHash } = await createPasswordHasher().hash(PASSWORD);
  const sessions = [];
  for (let n = 0; n < people; n++) {
    const id = randomUUID();
    await store.createUser(
      {
        id,
        email: `person${n}@example.com`,
        passwordHash,
        createdAt: Date.now() - DAY + n,
        roles: n === 0 ? ['admin'] : [],
      },
      { event: 'user_created', actorId: null },
    );
    const expiresAt = Date.now() + 7 * DAY;
    const opening = {
      id: randomUUID(),
      userId: id,
      expectedPasswordHash: passwordHash,
      expiresAt,
      origin,
    };
    const opened = await store.openSession({ ...opening, network: null, maxSessions: 100 }, audit);
    sessions.push({ ...opened, roles: n === 0 ? ['admin'] : [] });
  }
  await store.close();
  return {
    folder,
    database,
    sessions,
    password: PASSWORD,
    accessToken: (session) => accessToken(session),
    refreshToken: (session) => refreshToken(session),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const seconds = (at) => Math.floor(at / 1000);

const claimsOf = ({ session }) => ({
  sub: session.userId,
  sid: session.id,
  gen: session.generation,
  orig_iat: seconds(session.createdAt),
  auth_time: seconds(session.createdAt),
});

const bytes = new TextEncoder().encode(SECRET);
const signing = importSecret(bytes, 'HS256');
const refreshing = importSecret(deriveRefreshSecret(bytes), 'HS256');

/** A new one each time. */
function accessToken(opened) {
  const iat = seconds(Date.now());
  const { userChangeNumber, roleTable } = opened.grants;
  const ver = `${userChangeNumber}.${roleTable.version}`;
  const granted = { scope: '', roles: opened.roles, ver, iat, exp: iat + 300, jti: randomUUID() };
  return signToken({ ...claimsOf(opened), ...granted }, 'at+jwt', signing);
}

function refreshToken(opened) {
  const { id, generation, rotatedAt, expiresAt } = opened.session;
  const iat = seconds(rotatedAt);
  const own = { iat, exp: seconds(expiresAt), jti: refreshTokenId(id, generation) };
  return signToken({ ...claimsOf(opened), ...own }, 'rt+jwt', refreshing);
}
