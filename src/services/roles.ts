import { ok, refuse, type MaybePromise, type Outcome, type Refusal } from '../outcome.js';
import { ADMIN_ROLE, type RoleRow, type RoleTable, type Store } from '../store/store.js';
import type { Actor } from './administration.js';
import {
  createGrantsReader,
  difference,
  isAdmin,
  lacking,
  lengthOfScopes,
  MAX_SCOPES_LENGTH,
  type GrantsReader,
} from './grants.js';

export interface RoleInput {
  name: string;
  /** Undefined keeps what is there. */
  description?: string | null | undefined;
  scopes: readonly string[];
}

export interface Roles {
  table(): MaybePromise<RoleTable>;
  upsert(actor: Actor, input: RoleInput): Promise<Outcome<RoleRow>>;
}

const MAX_TRIES = 10;
const roleName = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
// RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const MAX_SCOPES_PER_ROLE = 100;

/** `grants`: by default only the built-in scopes of the schema are known. */
export function createRoles(
  store: Store,
  grants: GrantsReader = createGrantsReader(() => []),
): Roles {
  /** `admin` holds them all, and all travel in his token. Taking some out is always possible. */
  function tooManyScopes({ version, roles }: RoleTable, changed: RoleRow): Refusal | null {
    const all = (rows: RoleRow[]) => grants.scopesOf([ADMIN_ROLE], { version, roles: rows });
    const after = lengthOfScopes(
      all([...roles.filter(({ name }) => name !== changed.name), changed]),
    );
    if (after <= MAX_SCOPES_LENGTH || after <= lengthOfScopes(all(roles))) return null;
    return refuse(
      'BAD_USER_INPUT',
      { field: 'input.scopes' },
      `All scopes together would have ${after} characters: they travel in the access token of ${ADMIN_ROLE}, which has room for ${MAX_SCOPES_LENGTH}. Give them shorter names.`,
    );
  }

  async function upsert(actor: Actor, input: RoleInput): Promise<Outcome<RoleRow>> {
    const wrong = inputProblem(input);
    if (wrong !== null) return wrong;
    const { name, description } = input;
    const scopes = [...new Set(input.scopes)].sort();
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const table = await store.roleTable();
      const before = table.roles.find((role) => role.name === name)?.scopes ?? [];
      const beyond = grantsBeyond(actor, difference(before, scopes));
      if (beyond !== null) return beyond;
      const tooMany = tooManyScopes(table, { name, description: null, scopes });
      if (tooMany !== null) return tooMany;
      const written = await store.upsertRole(
        { name, description, scopes, expectedVersion: table.version },
        {
          event: 'role_set',
          actorId: actor.viewer?.id ?? null,
          ...(actor.origin && { origin: actor.origin }),
          details: { name, scopes },
        },
      );
      if (written !== 'conflict') return ok(written);
    }
    return refuse('SERVICE_UNAVAILABLE', { retryAfter: 1 });
  }

  return { table: () => store.roleTable(), upsert };
}

function grantsBeyond({ viewer }: Actor, changed: readonly string[]): Refusal | null {
  if (viewer === null || isAdmin(viewer)) return null;
  const missing = lacking(viewer.scopes, changed);
  if (missing.length === 0) return null;
  return refuse('FORBIDDEN', { reason: 'INSUFFICIENT_SCOPE', required: [changed], missing });
}

function inputProblem({ name, description, scopes }: RoleInput): Refusal | null {
  const bad = (field: string, message: string) =>
    refuse('BAD_USER_INPUT', { field: `input.${field}` }, message);
  if (name === ADMIN_ROLE) {
    return bad('name', `The role ${ADMIN_ROLE} holds every scope and cannot be changed.`);
  }
  if (!roleName.test(name)) {
    return bad(
      'name',
      'A role name has 1 to 64 characters: letters, digits, _ . : and -, beginning with a letter.',
    );
  }
  if (description && description.length > 1000) {
    return bad('description', 'A description has at most 1000 characters.');
  }
  if (scopes.length > MAX_SCOPES_PER_ROLE) {
    return bad('scopes', `A role carries at most ${MAX_SCOPES_PER_ROLE} scopes.`);
  }
  const wrong = scopes.findIndex((scope) => !scopeToken.test(scope));
  if (wrong === -1) return null;
  return bad(
    `scopes.${wrong}`,
    'A scope has 1 to 128 printable ASCII characters, without blanks, quotes and backslashes.',
  );
}
