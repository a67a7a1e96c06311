import type { AuditInput, KeyRow } from '../rows.js';
import type { AddKey } from '../verbs.js';
import { keyColumns } from '../columns.js';
import type { Engine } from './engine.js';

export interface Keys {
  all: () => KeyRow[];
  ensure: (keys: readonly KeyRow[]) => KeyRow[];
  add: (input: AddKey, audit: AuditInput) => KeyRow[];
}

/** The key ring, oldest first. */
export function createKeys({ db, clock, audit }: Engine): Keys {
  const select = db.prepare<[], KeyRow>(`SELECT ${keyColumns} FROM keys ORDER BY created_at, kid`);
  const insert = db.prepare<[KeyRow]>(
    `INSERT INTO keys (kid, purpose, algorithm, secret, public_key, created_at, signs_from, retired_at)
     VALUES (:kid, :purpose, :algorithm, :secret, :publicKey, :createdAt, :signsFrom, :retiredAt)`,
  );
  const retire = db.prepare<[{ at: number; purpose: string; kid: string }]>(
    `UPDATE keys SET retired_at = min(ifnull(retired_at, :at), :at)
     WHERE purpose = :purpose AND kid <> :kid`,
  );

  return {
    all: () => select.all(),
    ensure(keys) {
      const present = new Set(select.all().map((key) => key.purpose));
      for (const key of keys) {
        if (!present.has(key.purpose)) insert.run(key);
      }
      return select.all();
    },
    add({ key, retireOthersAt }, input) {
      insert.run(key);
      if (retireOthersAt !== null) {
        retire.run({ at: retireOthersAt, purpose: key.purpose, kid: key.kid });
      }
      audit.record(clock.now(), input);
      return select.all();
    },
  };
}
