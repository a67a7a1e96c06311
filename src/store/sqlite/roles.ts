import type { AuditInput, RoleRow } from '../rows.js';
import type { UpsertRole } from '../verbs.js';
import type { Engine } from './engine.js';
import { asRole } from './grants.js';

/** Makes or changes a role. Tokens go stale only where somebody's scopes changed. */
export function createUpsertRole({ db, clock, audit, grants }: Engine) {
  const upsert = db.prepare<[string, string | null, string]>(
    `INSERT INTO roles (name, description, scopes) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET description = excluded.description, scopes = excluded.scopes`,
  );
  const bump = db.prepare<[number]>(
    'UPDATE versions SET role_table = role_table + ?, role_edits = role_edits + 1',
  );

  return (input: UpsertRole, auditInput: AuditInput): RoleRow | 'conflict' => {
    const { version, roles } = grants.roleTable();
    if (input.expectedVersion !== null && input.expectedVersion !== version) return 'conflict';
    const before = roles.find((role) => role.name === input.name);
    const description =
      input.description === undefined ? (before?.description ?? null) : input.description;
    const scopes = JSON.stringify([...new Set(input.scopes)].sort());
    upsert.run(input.name, description, scopes);
    bump.run(before !== undefined && JSON.stringify(before.scopes) === scopes ? 0 : 1);
    audit.record(clock.now(), auditInput);
    return asRole({ name: input.name, description, scopes });
  };
}
