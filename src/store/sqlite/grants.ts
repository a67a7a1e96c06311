import type { Database } from 'better-sqlite3';
import type { GrantsRow, RoleRow, RoleTable, UserRow } from '../rows.js';

export interface Grants {
  rolesOf: (userId: string) => string[];
  rolesByUserIds: (userIds: readonly string[]) => string[][];
  roleTable: () => RoleTable;
  of: (user: UserRow) => GrantsRow;
  /** Forgets the remembered role table: what it was read from may have been undone. */
  forget: () => void;
}

type StoredRole = Omit<RoleRow, 'scopes'> & { scopes: string };

/** Who holds what. The role table is remembered until its edit number changes; it comes out frozen. */
export function createGrants(db: Database): Grants {
  const rolesOfUser = db
    .prepare<[string], string>('SELECT role FROM user_roles WHERE user_id = ? ORDER BY role')
    .pluck();
  const rolesOfUsers = db
    .prepare<[string], [userId: string, role: string]>(
      `SELECT user_id, role FROM json_each(?) AS ids CROSS JOIN user_roles
       ON user_id = ids.value ORDER BY role`,
    )
    .raw();
  const versions = db
    .prepare<[], [version: number, edits: number]>('SELECT role_table, role_edits FROM versions')
    .raw();
  const roles = db.prepare<[], StoredRole>(
    'SELECT name, description, scopes FROM roles ORDER BY name',
  );
  let remembered: { edits: number; table: RoleTable } | null = null;

  const roleTable = (): RoleTable => {
    const [version, edits] = versions.get() as [number, number];
    if (remembered?.edits !== edits) {
      remembered = { edits, table: { version, roles: roles.all().map(asRole) } };
      Object.freeze(Object.freeze(remembered.table).roles);
    }
    return remembered.table;
  };

  return {
    rolesOf: (userId) => rolesOfUser.all(userId),
    rolesByUserIds(userIds) {
      const found = new Map<string, string[]>(userIds.map((id) => [id, []]));
      for (const [userId, role] of rolesOfUsers.all(JSON.stringify([...found.keys()]))) {
        found.get(userId)?.push(role);
      }
      return userIds.map((id) => [...(found.get(id) ?? [])]);
    },
    roleTable,
    of: (user) => ({
      roles: rolesOfUser.all(user.id),
      userChangeNumber: user.changeNumber,
      roleTable: roleTable(),
    }),
    forget: () => (remembered = null),
  };
}

export const asRole = ({ name, description, scopes }: StoredRole): RoleRow =>
  Object.freeze({
    name,
    description,
    scopes: Object.freeze(JSON.parse(scopes) as string[]) as string[],
  });
