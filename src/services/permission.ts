import { refuse, type Outcome, type Refusal } from '../outcome.js';
import { ADMIN_ROLE, type Origin } from '../store/store.js';
import type { Viewer } from '../viewer.js';

/** Who acts: null is the command line, which answers to nobody. */
export interface Actor {
  viewer: Viewer | null;
  origin?: Origin;
}

/**
 * A refusal where the actor lacks any of these roles; else null. Who holds all roles of another holds all their
 * scopes too. `admin` and the command line are excepted.
 */
export function beyondRoles(actor: Actor, roles: readonly string[]): Refusal | null {
  const missing = lacking(actor, 'roles', roles);
  if (missing.length === 0) return null;
  return refuse('FORBIDDEN', { reason: 'MISSING_ROLE', required: roles, missing });
}

/** A refusal where the actor lacks any of these scopes; else null. `admin` and the command line are excepted. */
export function beyondScopes(actor: Actor, scopes: readonly string[]): Refusal | null {
  const missing = lacking(actor, 'scopes', scopes);
  if (missing.length === 0) return null;
  return refuse('FORBIDDEN', { reason: 'INSUFFICIENT_SCOPE', required: [scopes], missing });
}

function lacking({ viewer }: Actor, kind: 'roles' | 'scopes', names: readonly string[]): string[] {
  if (viewer === null || viewer.roles.has(ADMIN_ROLE)) return [];
  return names.filter((name) => !viewer[kind].has(name));
}

/** Members of exactly one of the two lists: what a change puts in or takes out. */
export function difference(before: readonly string[], after: readonly string[]): string[] {
  const [old, next] = [new Set(before), new Set(after)];
  return [...old, ...next].filter((name) => old.has(name) !== next.has(name));
}

const MAX_TRIES = 10;

/** A decision holds only for what it was based on; where that changed before it was written it is made anew. */
export async function decide<T>(
  attempt: () => Promise<Outcome<T> | 'conflict'>,
): Promise<Outcome<T>> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const outcome = await attempt();
    if (outcome !== 'conflict') return outcome;
  }
  return refuse('SERVICE_UNAVAILABLE', { retryAfter: 1 });
}
