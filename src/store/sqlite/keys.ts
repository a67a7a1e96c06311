import type { AuditInput, KeyRow } from '../rows.js';
import type { AddKey, KeysOutcome, RetireKey, RetireKeyOutcome, SealKey } from '../verbs.js';
import { keyColumns } from '../columns.js';
import { absentKeys, haveChanged } from '../keyRows.js';
import type { Engine } from './engine.js';

export interface Keys {
  all: () => KeyRow[];
  ensure: (keys: readonly KeyRow[], seen: readonly KeyRow[]) => KeysOutcome;
  add: (input: AddKey, audit: AuditInput) => KeysOutcome;
  retire: (input: RetireKey, audit: AuditInput) => RetireKeyOutcome;
  seal: (keys: readonly SealKey[], seen: readonly KeyRow[]) => KeysOutcome;
}

/** The key ring, oldest first. */
export function createKeys({ db, clock, audit }: Engine): Keys {
  const select = db.prepare<[], KeyRow>(`SELECT ${keyColumns} FROM keys ORDER BY created_at, kid`);
  const insert = db.prepare<[KeyRow]>(
    `INSERT INTO keys (kid, purpose, algorithm, secret, public_key, created_at, signs_from, retired_at)
     VALUES (:kid, :purpose, :algorithm, :secret, :publicKey, :createdAt, :signsFrom, :retiredAt)`,
  );
  const retireOthers = db.prepare<
    [{ at: number; purpose: string; algorithm: string; kid: string }]
  >(
    `UPDATE keys SET retired_at = min(ifnull(retired_at, :at), :at)
     WHERE purpose = :purpose AND algorithm = :algorithm AND kid <> :kid`,
  );
  const retireOne = db.prepare<[{ at: number; kid: string }]>(
    'UPDATE keys SET retired_at = min(ifnull(retired_at, :at), :at) WHERE kid = :kid',
  );
  const successor = db.prepare<[KeyRow & { at: number; signing: string }]>(
    // One that ends later itself would leave nobody who signs. Of another algorithm one that waits signs none the less.
    `SELECT 1 FROM keys WHERE purpose = :purpose AND algorithm = :signing AND kid <> :kid
     AND (signs_from <= :at OR :signing <> :algorithm) AND retired_at IS NULL LIMIT 1`,
  );
  const replaceSecret = db.prepare<[SealKey]>(
    'UPDATE keys SET secret = :to WHERE kid = :kid AND secret = :from',
  );

  return {
    all: () => select.all(),
    ensure(keys, seen) {
      if (haveChanged(select.all(), seen)) return 'changed';
      for (const key of absentKeys(select.all(), keys)) insert.run(key);
      return select.all();
    },
    add({ key, retireOthersAt, seen }, input) {
      if (haveChanged(select.all(), seen)) return 'changed';
      insert.run(key);
      if (retireOthersAt !== null) {
        const { purpose, algorithm, kid } = key;
        retireOthers.run({ at: retireOthersAt, purpose, algorithm, kid });
      }
      audit.record(clock.now(), input);
      return select.all();
    },
    retire({ kid, at, signing }, input) {
      const key = select.all().find((row) => row.kid === kid && row.purpose !== 'given');
      if (key === undefined) return { kind: 'not-found' };
      if (signing !== null && successor.get({ ...key, at, signing }) === undefined) {
        return { kind: 'needed' };
      }
      retireOne.run({ at, kid });
      audit.record(clock.now(), input);
      return { kind: 'retired', keys: select.all() };
    },
    seal(keys, seen) {
      if (haveChanged(select.all(), seen)) return 'changed';
      for (const key of keys) replaceSecret.run(key);
      return select.all();
    },
  };
}
