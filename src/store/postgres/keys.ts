import { keyColumns } from '../columns.js';
import type { AuditInput, KeyRow } from '../rows.js';
import type { AddKey } from '../verbs.js';
import { timeOf } from './accounts.js';
import { record } from './audit.js';
import type { Engine } from './engine.js';
import type { Sql } from './sql.js';

/** Readers go on; of two who change the ring one waits for the other. */
const LOCK = 'LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE';
const SELECT = `SELECT ${keyColumns} FROM keys ORDER BY created_at, keys.kid`;
const INSERT = `
  INSERT INTO keys (kid, purpose, algorithm, secret, public_key, created_at, signs_from, retired_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;
const RETIRE = `
  UPDATE keys SET retired_at = least(retired_at, $1) WHERE purpose = $2 AND kid <> $3`;

/** The key ring, oldest first. */
export const readKeys = (sql: Sql): Promise<KeyRow[]> => sql<KeyRow>(SELECT);

const insert = (sql: Sql, key: KeyRow) =>
  sql(INSERT, [
    key.kid,
    key.purpose,
    key.algorithm,
    key.secret,
    key.publicKey,
    key.createdAt,
    key.signsFrom,
    key.retiredAt,
  ]);

export const ensureKeys =
  (keys: readonly KeyRow[]) =>
  async (sql: Sql): Promise<KeyRow[]> => {
    await sql(LOCK);
    const present = new Set((await readKeys(sql)).map((key) => key.purpose));
    for (const key of keys) {
      if (!present.has(key.purpose)) await insert(sql, key);
    }
    return readKeys(sql);
  };

export const createAddKey =
  ({ at }: Engine) =>
  ({ key, retireOthersAt }: AddKey, input: AuditInput) =>
  async (sql: Sql): Promise<KeyRow[]> => {
    await sql(LOCK);
    await insert(sql, key);
    if (retireOthersAt !== null) await sql(RETIRE, [retireOthersAt, key.purpose, key.kid]);
    await record(sql, await timeOf(sql, at()), input);
    return readKeys(sql);
  };
