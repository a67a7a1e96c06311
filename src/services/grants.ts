import { ADMIN_ROLE, type GrantsRow, type RoleTable } from '../store/store.js';

/** The scopes that this server's own schema asks for. */
const builtInScopes = [
  'users:read',
  'users:write',
  'sessions:write',
  'roles:write',
  'keys:write',
] as const;

export interface GrantsReader {
  /** The scopes that the schema itself asks for: built in, and named by directives. Only `admin` has them all. */
  schemaScopes(): readonly string[];
  /**
   * The scopes that these roles carry, in alphabetical order. `admin` carries every scope there is. `given`, where
   * scopes are kept elsewhere, takes the place of what the table says.
   */
  scopesOf(roles: readonly string[], table: RoleTable, given?: readonly string[]): string[];
}

/** `named`: every scope that a directive of the schema names, once the schema is known. */
export function createGrantsReader(named: () => readonly string[]): GrantsReader {
  const schemaScopes = () => [...builtInScopes, ...named()];
  return {
    schemaScopes,
    scopesOf(roles, table, given) {
      const isAdmin = roles.includes(ADMIN_ROLE);
      const scopes = new Set<string>(isAdmin ? schemaScopes() : []);
      if (given !== undefined) {
        given.forEach((scope) => scopes.add(scope));
        return [...scopes].sort();
      }
      for (const role of table.roles) {
        if (isAdmin || roles.includes(role.name)) role.scopes.forEach((scope) => scopes.add(scope));
      }
      return [...scopes].sort();
    },
  };
}

/** The claim `ver`: it changes whenever the user's roles or any role's scopes do. */
export const versionOf = (userChangeNumber: number, roleTableVersion: number): string =>
  `${userChangeNumber}.${roleTableVersion}`;

export const versionOfGrants = (grants: GrantsRow): string =>
  versionOf(grants.userChangeNumber, grants.roleTable.version);
