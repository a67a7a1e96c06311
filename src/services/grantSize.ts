import { refuse, type Refusal } from '../outcome.js';
import { ADMIN_ROLE, type RoleRow, type RoleTable } from '../store/store.js';
import type { GrantsReader } from './grants.js';

/**
 * Characters of all scopes together, with blanks between them, and of the roles of one user as JSON. Everybody's
 * grants then fit into an access token of 8 KB, those of `admin` too: base64url makes four characters out of three,
 * and up to 1500 are left for the other claims and the signature.
 */
export const MAX_SCOPES_LENGTH = 4000;
const MAX_ROLES_LENGTH = 800;

/** Roles that no token could carry, as a refusal; else null. */
export function tooManyRoles(roles: readonly string[]): Refusal | null {
  if (JSON.stringify(roles).length <= MAX_ROLES_LENGTH) return null;
  return refuse(
    'BAD_USER_INPUT',
    { field: 'roles' },
    `The names of these roles are too long together: they travel in every access token, which has room for ${MAX_ROLES_LENGTH} characters of them.`,
  );
}

/**
 * A role that makes more scopes than the token of `admin` could carry, as a refusal; else null. Taking scopes out is
 * always possible.
 */
export function tooManyScopes(
  changed: RoleRow,
  { version, roles }: RoleTable,
  grants: GrantsReader,
): Refusal | null {
  const lengthOf = (rows: RoleRow[]) =>
    grants.scopesOf([ADMIN_ROLE], { version, roles: rows }).join(' ').length;
  const after = lengthOf([...roles.filter(({ name }) => name !== changed.name), changed]);
  if (after <= MAX_SCOPES_LENGTH || after <= lengthOf(roles)) return null;
  return refuse(
    'BAD_USER_INPUT',
    { field: 'input.scopes' },
    `All scopes together would have ${after} characters: they travel in the access token of ${ADMIN_ROLE}, which has room for ${MAX_SCOPES_LENGTH}. Give them shorter names.`,
  );
}

/** Throws a `TypeError` where the schema itself names more than that. */
export function assertScopesFit(scopes: readonly string[]): void {
  const { length } = scopes.join(' ');
  if (length <= MAX_SCOPES_LENGTH) return;
  throw new TypeError(
    `Expected the scopes that the schema's directives name to have at most ${MAX_SCOPES_LENGTH} characters together, ` +
      `because all of them travel in an administrator's token, but they have ${length}. Give them shorter names.`,
  );
}
