import { ok, refuse, type Outcome, type Refusal } from '../outcome.js';
import { isScope } from '../scope.js';
import { ADMIN_ROLE, type RoleRow, type Store } from '../store/store.js';
import { isKeptAsItIs } from '../store/text.js';
import { createGrantsReader, type GrantsReader } from './grants.js';
import { tooManyScopes } from './grantSize.js';
import { beyondScopes, decide, difference, type Actor } from './permission.js';

export interface RoleInput {
  name: string;
  /** Undefined keeps what is there. */
  description?: string | null | undefined;
  scopes: readonly string[];
}

export interface Roles {
  upsert(actor: Actor, input: RoleInput): Promise<Outcome<RoleRow>>;
}

const roleName = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
const MAX_SCOPE_LENGTH = 128;
const MAX_SCOPES_PER_ROLE = 100;

/** `grants`: by default only the built-in scopes of the schema are known. */
export function createRoles(
  store: Store,
  grants: GrantsReader = createGrantsReader(() => []),
): Roles {
  async function upsert(actor: Actor, input: RoleInput): Promise<Outcome<RoleRow>> {
    const wrong = inputProblem(input);
    if (wrong !== null) return wrong;
    const { name, description } = input;
    const scopes = [...new Set(input.scopes)].sort();
    return decide(async () => {
      const table = await store.roleTable();
      const before = table.roles.find((role) => role.name === name)?.scopes ?? [];
      const refusal =
        beyondScopes(actor, difference(before, scopes)) ??
        tooManyScopes({ name, description: null, scopes }, table, grants);
      if (refusal !== null) return refusal;
      const written = await store.upsertRole(
        { name, description, scopes, expectedVersion: table.version },
        {
          event: 'role_set',
          actorId: actor.viewer?.id ?? null,
          ...(actor.origin && { origin: actor.origin }),
          details: { name, scopes },
        },
      );
      return written === 'conflict' ? written : ok(written);
    });
  }

  return { upsert };
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
  if (description && !isKeptAsItIs(description)) {
    return bad(
      'description',
      'A description has no NUL character and no half of a surrogate pair.',
    );
  }
  if (scopes.length > MAX_SCOPES_PER_ROLE) {
    return bad('scopes', `A role carries at most ${MAX_SCOPES_PER_ROLE} scopes.`);
  }
  const wrong = scopes.findIndex((scope) => !isScope(scope) || scope.length > MAX_SCOPE_LENGTH);
  if (wrong === -1) return null;
  return bad(
    `scopes.${wrong}`,
    'A scope has 1 to 128 printable ASCII characters, without blanks, quotes and backslashes.',
  );
}
