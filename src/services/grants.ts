import { refuse, type Refusal } from '../outcome.js';
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
  /** The scopes that the schema itself asks for: built in, and named by directives. Only `admin` has them all. */
  schemaScopes(): readonly string[];
  /** The scopes that these roles carry. `admin` carries every scope there is. */
  scopesOf(roles: readonly string[], table: RoleTable): string[];
}

/** `named`: every scope that a directive of the schema names, once the schema is known. */
export function createGrantsReader(named: () => readonly string[]): GrantsReader {
  const schemaScopes = () => [...builtInScopes, ...named()];
  return {
    schemaScopes,
    scopesOf(roles, table) {
      const isAdmin = roles.includes(ADMIN_ROLE);
      const scopes = new Set<string>(isAdmin ? schemaScopes() : []);
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

/**
 * Characters of all scopes together, with blanks between them, and of the roles of one user as JSON. Everybody's
 * grants then fit into an access token of 8 KB, those of `admin` too: base64url makes four characters out of three,
 * and up to 2000 are left for the other claims and the signature.
 */
export const MAX_SCOPES_LENGTH = 4000;
const MAX_ROLES_LENGTH = 800;

export const lengthOfScopes = (scopes: readonly string[]): number => scopes.join(' ').length;

/** Roles that no token could carry, as a refusal; else null. */
export function tooManyRoles(roles: readonly string[]): Refusal | null {
  if (JSON.stringify([...new Set(roles)]).length <= MAX_ROLES_LENGTH) return null;
  return refuse(
    'BAD_USER_INPUT',
    { field: 'roles' },
    `The names of these roles are too long together: they travel in every access token, which has room for ${MAX_ROLES_LENGTH} characters of them.`,
  );
}
