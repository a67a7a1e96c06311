import { ADMIN_ROLE, type GrantsRow, type RoleTable } from '../store/store.js';
import type { Viewer } from '../viewer.js';

/** The scopes that this server's own schema asks for. */
export const builtInScopes = [
  'users:read',
  'users:write',
  'sessions:write',
  'roles:write',
] as const;

/** What a user holds, in alphabetical order. */
export interface Grants {
  roles: string[];
  scopes: string[];
}

export interface GrantsReader {
  /** The scopes that these roles carry. `admin` carries every scope there is. */
  scopesOf(roles: readonly string[], table: RoleTable): string[];
}

/** `schemaScopes`: every scope that a directive of the schema names, once the schema is known. */
export function createGrantsReader(schemaScopes: () => readonly string[]): GrantsReader {
  return {
    scopesOf(roles, table) {
      const isAdmin = roles.includes(ADMIN_ROLE);
      const scopes = new Set<string>(isAdmin ? [...builtInScopes, ...schemaScopes()] : []);
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

export const isAdmin = (holder: Viewer): boolean => holder.roles.has(ADMIN_ROLE);

/** What of `wanted` the holder lacks. */
export const lacking = (holder: ReadonlySet<string>, wanted: Iterable<string>): string[] =>
  [...wanted].filter((name) => !holder.has(name));

/** Members of exactly one of the two lists: what a change puts in or takes out. */
export function difference(before: readonly string[], after: readonly string[]): string[] {
  const [old, next] = [new Set(before), new Set(after)];
  return [...old, ...next].filter((name) => old.has(name) !== next.has(name));
}
