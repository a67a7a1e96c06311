import { userColumns } from '../columns.js';
import type { GrantsRow, RoleRow, RoleTable, UserRow } from '../rows.js';
import { only, type Sql } from './sql.js';

/** Who holds what. The role table is remembered until its edit number changes; it comes out frozen. */
export interface Grants {
  roleTable: (sql: Sql) => Promise<RoleTable>;
  /** A user with grants, read in one step. */
  of: (sql: Sql, userId: string) => Promise<{ user: UserRow; grants: GrantsRow } | null>;
}

type StoredRole = Omit<RoleRow, 'scopes'> & { scopes: string };
/** `roles` is null where the edit number is the one that was asked with. */
interface StoredTable {
  version: number;
  edits: number;
  table: StoredRole[] | null;
}

const TABLE = `
  role_table AS version, role_edits AS edits, CASE WHEN role_edits = $1 THEN NULL ELSE (
    SELECT json_agg(json_build_object('name', name, 'description', description, 'scopes', scopes) ORDER BY name)
    FROM roles) END AS table`;

const ROLE_TABLE = `SELECT ${TABLE} FROM versions`;

const GRANTS = `
  SELECT ${userColumns}, ${TABLE},
    ARRAY(SELECT role FROM user_roles WHERE user_id = users.id ORDER BY role) AS held
  FROM users CROSS JOIN versions WHERE users.id = $2`;

const ROLES_OF = `
  SELECT user_id AS "userId", role FROM user_roles WHERE user_id = ANY($1::text[]) ORDER BY role`;

export function createGrants(): Grants {
  let remembered: { edits: number; table: RoleTable } | null = null;
  const known = (): number => remembered?.edits ?? -1;

  /** Of a row that was asked for with `known()`; the table may have been replaced meanwhile by a newer one. */
  function tableOf({ version, edits, table }: StoredTable, before: RoleTable | null): RoleTable {
    if (table === null) return before as RoleTable;
    const fresh = { version, roles: table.map(asRole) };
    Object.freeze(Object.freeze(fresh).roles);
    // Also where the number is lower: a database that was restored, or took over, counts on from there.
    remembered = { edits, table: fresh };
    return fresh;
  }

  return {
    async roleTable(sql) {
      const before = remembered?.table ?? null;
      return tableOf(only(await sql<StoredTable>(ROLE_TABLE, [known()])), before);
    },
    async of(sql, userId) {
      const before = remembered?.table ?? null;
      const [row] = await sql<UserRow & StoredTable & { held: string[] }>(GRANTS, [
        known(),
        userId,
      ]);
      if (row === undefined) return null;
      const { version, edits, table, held, ...user } = row;
      const roleTable = tableOf({ version, edits, table }, before);
      return { user, grants: { roles: held, userChangeNumber: user.changeNumber, roleTable } };
    },
  };
}

export async function rolesByUserIds(sql: Sql, userIds: readonly string[]): Promise<string[][]> {
  const found = new Map<string, string[]>(userIds.map((id) => [id, []]));
  const rows = await sql<{ userId: string; role: string }>(ROLES_OF, [[...found.keys()]]);
  for (const { userId, role } of rows) found.get(userId)?.push(role);
  return userIds.map((id) => [...(found.get(id) ?? [])]);
}

const asRole = ({ name, description, scopes }: StoredRole): RoleRow =>
  Object.freeze({
    name,
    description,
    scopes: Object.freeze(JSON.parse(scopes) as string[]) as string[],
  });
