import { keyColumns } from '../columns.js';
import { absentKeys, haveChanged } from '../keyRows.js';
import type { AuditInput, KeyRow } from '../rows.js';
import type { AddKey, KeysOutcome, RetireKey, RetireKeyOutcome, SealKey } from '../verbs.js';
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
const RETIRE_OTHERS = `
  UPDATE keys SET retired_at = least(retired_at, $1)
  WHERE purpose = $2 AND algorithm = $3 AND kid <> $4`;
const RETIRE = 'UPDATE keys SET retired_at = least(retired_at, $1) WHERE kid = $2';
/** One that ends later itself would leave nobody who signs. Of another algorithm one that waits signs none the less. */
const SUCCESSOR = `
  SELECT 1 FROM keys WHERE purpose = $1 AND algorithm = $2 AND kid <> $3
  AND (signs_from <= $4 OR $5) AND retired_at IS NULL LIMIT 1`;
const REPLACE = 'UPDATE keys SET secret = $3 WHERE kid = $1 AND secret = $2';

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
  (keys: readonly KeyRow[], seen: readonly KeyRow[]) =>
  async (sql: Sql): Promise<KeysOutcome> => {
    await sql(LOCK);
    const present = await readKeys(sql);
    if (haveChanged(present, seen)) return 'changed';
    for (const key of absentKeys(present, keys)) await insert(sql, key);
    return readKeys(sql);
  };

export const createAddKey =
  ({ at }: Engine) =>
  ({ key, retireOthersAt, seen }: AddKey, input: AuditInput) =>
  async (sql: Sql): Promise<KeysOutcome> => {
    await sql(LOCK);
    if (haveChanged(await readKeys(sql), seen)) return 'changed';
    await insert(sql, key);
    const { purpose, algorithm, kid } = key;
    if (retireOthersAt !== null) {
      await sql(RETIRE_OTHERS, [retireOthersAt, purpose, algorithm, kid]);
    }
    await record(sql, await timeOf(sql, at()), input);
    return readKeys(sql);
  };

export const createRetireKey =
  (engine: Engine) =>
  ({ kid, at, signing }: RetireKey, input: AuditInput) =>
  async (sql: Sql): Promise<RetireKeyOutcome> => {
    await sql(LOCK);
    const key = (await readKeys(sql)).find((row) => row.kid === kid && row.purpose !== 'given');
    if (key === undefined) return { kind: 'not-found' };
    if (signing !== null) {
      const isOther = signing !== key.algorithm;
      const successors = await sql(SUCCESSOR, [key.purpose, signing, kid, at, isOther]);
      if (successors.length === 0) return { kind: 'needed' };
    }
    await sql(RETIRE, [at, kid]);
    await record(sql, await timeOf(sql, engine.at()), input);
    return { kind: 'retired', keys: await readKeys(sql) };
  };

export const sealKeys =
  (keys: readonly SealKey[], seen: readonly KeyRow[]) =>
  async (sql: Sql): Promise<KeysOutcome> => {
    await sql(LOCK);
    if (haveChanged(await readKeys(sql), seen)) return 'changed';
    for (const { kid, from, to } of keys) await sql(REPLACE, [kid, from, to]);
    return readKeys(sql);
  };
