/**
 * oidc-provider as its documentation sets it up: a public client, whose refresh tokens it rotates by default, on an
 * adapter for better-sqlite3 with the durability of ours. Neither an ID token nor a signature is asked of it.
 */
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import Provider from 'oidc-provider';

const { BENCH_FILE, BENCH_TOKENS, BENCH_COUNT } = process.env;
const HOUR = 3600;

const db = new Database(BENCH_FILE);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(
  `CREATE TABLE models (key TEXT PRIMARY KEY, payload TEXT NOT NULL, grant_id TEXT, expires_at INTEGER) STRICT, WITHOUT ROWID;
   CREATE INDEX models_grant ON models (grant_id) WHERE grant_id IS NOT NULL;
   CREATE TABLE accounts (id TEXT PRIMARY KEY, email TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
);
const upsert = db.prepare(
  `INSERT INTO models (key, payload, grant_id, expires_at) VALUES (?, ?, ?, ?)
   ON CONFLICT DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id, expires_at = excluded.expires_at`,
);
const find = db
  .prepare('SELECT payload FROM models WHERE key = ? AND expires_at > unixepoch()')
  .pluck();
const consume = db.prepare(
  `UPDATE models SET payload = json_set(payload, '$.consumed', unixepoch()) WHERE key = ?`,
);
const remove = db.prepare('DELETE FROM models WHERE key = ?');
const removeGrant = db.prepare('DELETE FROM models WHERE grant_id = ?');
const findAccount = db.prepare('SELECT id, email FROM accounts WHERE id = ?');

class SqliteAdapter {
  constructor(model) {
    this.keyOf = (id) => `${model}:${id}`;
  }
  async upsert(id, payload, expiresIn) {
    const end = Math.floor(Date.now() / 1000) + expiresIn;
    upsert.run(this.keyOf(id), JSON.stringify(payload), payload.grantId ?? null, end);
  }
  async find(id) {
    const payload = find.get(this.keyOf(id));
    return payload === undefined ? undefined : JSON.parse(payload);
  }
  async consume(id) {
    consume.run(this.keyOf(id));
  }
  async destroy(id) {
    remove.run(this.keyOf(id));
  }
  async revokeByGrantId(grantId) {
    removeGrant.run(grantId);
  }
}

const provider = new Provider('http://127.0.0.1', {
  adapter: SqliteAdapter,
  clients: [
    {
      client_id: 'app',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/callback'],
    },
  ],
  cookies: { keys: ['bench'] },
  async findAccount(_, id) {
    const account = findAccount.get(id);
    return account && { accountId: id, claims: () => ({ sub: id, email: account.email }) };
  },
  features: { devInteractions: { enabled: false } },
  scopes: ['offline_access', 'posts'],
  ttl: { AccessToken: 300, RefreshToken: 168 * HOUR, Grant: 168 * HOUR },
});

const client = await provider.Client.find('app');
const tokens = [];
db.pragma('synchronous = OFF');
for (let n = 0; n < Number(BENCH_COUNT); n++) {
  const accountId = `account${n}`;
  db.prepare('INSERT INTO accounts VALUES (?, ?)').run(accountId, `${accountId}@example.com`);
  const grant = new provider.Grant({ accountId, clientId: 'app' });
  grant.addOIDCScope('offline_access posts');
  const grantId = await grant.save();
  const token = new provider.RefreshToken({
    accountId,
    client,
    grantId,
    scope: 'offline_access posts',
    gty: 'authorization_code',
    expiresWithSession: false,
  });
  tokens.push(await token.save());
}
db.pragma('synchronous = FULL');
writeFileSync(BENCH_TOKENS, JSON.stringify(tokens));

const server = provider.listen(0, '127.0.0.1', () =>
  console.log(`Listening on http://127.0.0.1:${server.address().port}/`),
);
process.once('SIGTERM', () => process.exit());
