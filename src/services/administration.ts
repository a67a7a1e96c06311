import { ok, refuse, type Outcome, type Refusal } from '../outcome.js';
import {
  ADMIN_ROLE,
  type AuditInput,
  type GrantOutcome,
  type Origin,
  type Store,
  type UserRow,
} from '../store/store.js';
import type { Viewer } from '../viewer.js';
import { difference, isAdmin, lacking, tooManyRoles, type GrantsReader } from './grants.js';

/** Who acts: null is the command line, which answers to nobody. */
export interface Actor {
  viewer: Viewer | null;
  origin?: Origin;
}

export interface Administration {
  setUserRoles(actor: Actor, userId: string, roles: readonly string[]): Promise<Outcome<UserRow>>;
  disableUser(actor: Actor, userId: string): Promise<Outcome<UserRow>>;
  enableUser(actor: Actor, userId: string): Promise<Outcome<UserRow>>;
  /** Answers how many live sessions ended. */
  revokeUserSessions(actor: Actor, userId: string): Promise<Outcome<number>>;
}

/** A decision holds only for what it was based on; where that changed meanwhile it is made anew, this often. */
const MAX_TRIES = 10;

/** Nobody grants beyond their own, and nobody ends what is above them; `admin` and the command line excepted. */
export function createAdministration(store: Store, grants: GrantsReader): Administration {
  async function decide(
    userId: string,
    judge: (held: string[]) => Promise<Refusal | null> | Refusal | null,
    write: (user: UserRow) => Promise<GrantOutcome>,
  ): Promise<Outcome<UserRow>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const [user] = await store.usersByIds([userId]);
      if (!user) return noSuchUser();
      const [held = []] = await store.rolesByUserIds([userId]);
      const refusal = await judge(held);
      if (refusal !== null) return refusal;
      const outcome = await write(user);
      if (outcome.kind !== 'conflict') return outcomeOf(outcome);
    }
    return refuse('SERVICE_UNAVAILABLE', { retryAfter: 1 });
  }

  async function holdsMore(actor: Actor, held: readonly string[]): Promise<Refusal | null> {
    const { viewer } = actor;
    if (viewer === null || isAdmin(viewer)) return null;
    const roles = lacking(viewer.roles, held);
    if (roles.length > 0) {
      return refuse('FORBIDDEN', { reason: 'MISSING_ROLE', required: [...held], missing: roles });
    }
    const wanted = grants.scopesOf(held, await store.roleTable());
    const scopes = lacking(viewer.scopes, wanted);
    if (scopes.length === 0) return null;
    return refuse('FORBIDDEN', {
      reason: 'INSUFFICIENT_SCOPE',
      required: [wanted],
      missing: scopes,
    });
  }

  function setUserRoles(actor: Actor, userId: string, wanted: readonly string[]) {
    const roles = [...new Set(wanted)];
    return decide(
      userId,
      (held) => tooManyRoles(roles) ?? grantsBeyond(actor, difference(held, roles)),
      (user) =>
        store.setUserRoles(
          { userId, roles, expectedChangeNumber: user.changeNumber },
          audit(actor, 'user_roles_set', userId, { roles }),
        ),
    );
  }

  const disableUser = (actor: Actor, userId: string) =>
    decide(
      userId,
      (held) => holdsMore(actor, held),
      (user) =>
        store.disableUser(
          { userId, expectedChangeNumber: user.changeNumber },
          audit(actor, 'user_disabled', userId),
        ),
    );

  const enableUser = (actor: Actor, userId: string) =>
    decide(
      userId,
      // To bring somebody back is to grant what they hold.
      (held) => holdsMore(actor, held),
      (user) =>
        store.enableUser(
          { userId, expectedChangeNumber: user.changeNumber },
          audit(actor, 'user_enabled', userId),
        ),
    );

  async function revokeUserSessions(actor: Actor, userId: string): Promise<Outcome<number>> {
    const [user] = await store.usersByIds([userId]);
    if (!user) return noSuchUser();
    const [held = []] = await store.rolesByUserIds([userId]);
    const refusal = await holdsMore(actor, held);
    if (refusal !== null) return refusal;
    const which = { by: 'user', userId } as const;
    const ended = await store.revokeSessions(
      which,
      'revoked',
      audit(actor, 'sessions_revoked', userId),
    );
    return ok(ended.length);
  }

  return { setUserRoles, disableUser, enableUser, revokeUserSessions };
}

function grantsBeyond({ viewer }: Actor, changed: readonly string[]): Refusal | null {
  if (viewer === null || isAdmin(viewer)) return null;
  const missing = lacking(viewer.roles, changed);
  if (missing.length === 0) return null;
  return refuse('FORBIDDEN', { reason: 'MISSING_ROLE', required: changed, missing });
}

function outcomeOf(outcome: Exclude<GrantOutcome, { kind: 'conflict' }>): Outcome<UserRow> {
  switch (outcome.kind) {
    case 'done':
      return ok(outcome.user);
    case 'not-found':
      return noSuchUser();
    case 'unknown-role':
      return refuse('BAD_USER_INPUT', { field: 'roles' }, `There is no role ${outcome.role}.`);
    case 'last-admin':
      return refuse(
        'BAD_USER_INPUT',
        { field: 'userId' },
        `This is the last enabled ${ADMIN_ROLE}. Give somebody else the role first.`,
      );
  }
}

const noSuchUser = () => refuse('NOT_FOUND', { field: 'userId' }, 'There is no such user.');

const audit = (
  { viewer, origin }: Actor,
  event: AuditInput['event'],
  userId: string,
  details?: Record<string, unknown>,
): AuditInput => ({
  event,
  actorId: viewer?.id ?? null,
  userId,
  ...(origin && { origin }),
  ...(details && { details }),
});
