import { ok, refuse, type Outcome, type Refusal } from '../outcome.js';
import {
  ADMIN_ROLE,
  type AuditInput,
  type ChangeUser,
  type GrantOutcome,
  type Store,
  type UserRow,
} from '../store/store.js';
import { tooManyRoles } from './grantSize.js';
import { beyondRoles, decide, difference, type Actor } from './permission.js';
import { noSuchUser } from './users.js';

export interface Administration {
  setUserRoles(actor: Actor, userId: string, roles: readonly string[]): Promise<Outcome<UserRow>>;
  disableUser(actor: Actor, userId: string): Promise<Outcome<UserRow>>;
  enableUser(actor: Actor, userId: string): Promise<Outcome<UserRow>>;
  /** Answers how many live sessions ended. */
  revokeUserSessions(actor: Actor, userId: string): Promise<Outcome<number>>;
}

/** Nobody grants beyond their own, and nobody ends what is above them; `admin` and the command line excepted. */
export function createAdministration(store: Store): Administration {
  const change = (
    userId: string,
    judge: (held: string[]) => Refusal | null,
    write: (expected: ChangeUser) => Promise<GrantOutcome>,
  ): Promise<Outcome<UserRow>> =>
    decide(async () => {
      const [user] = await store.usersByIds([userId]);
      if (!user) return noSuchUser();
      const [held = []] = await store.rolesByUserIds([userId]);
      const refusal = judge(held);
      if (refusal !== null) return refusal;
      return outcomeOf(await write({ userId, expectedChangeNumber: user.changeNumber }));
    });

  function setUserRoles(actor: Actor, userId: string, wanted: readonly string[]) {
    const roles = [...new Set(wanted)];
    return change(
      userId,
      (held) => tooManyRoles(roles) ?? beyondRoles(actor, difference(held, roles)),
      (expected) =>
        store.setUserRoles(
          { ...expected, roles },
          audit(actor, 'user_roles_set', userId, { roles }),
        ),
    );
  }

  const disableUser = (actor: Actor, userId: string) =>
    change(
      userId,
      (held) => beyondRoles(actor, held),
      (expected) => store.disableUser(expected, audit(actor, 'user_disabled', userId)),
    );

  const enableUser = (actor: Actor, userId: string) =>
    change(
      userId,
      // To bring somebody back is to grant what they hold.
      (held) => beyondRoles(actor, held),
      (expected) => store.enableUser(expected, audit(actor, 'user_enabled', userId)),
    );

  async function revokeUserSessions(actor: Actor, userId: string): Promise<Outcome<number>> {
    const [user] = await store.usersByIds([userId]);
    if (!user) return noSuchUser();
    const [held = []] = await store.rolesByUserIds([userId]);
    const refusal = beyondRoles(actor, held);
    if (refusal !== null) return refusal;
    const ended = await store.revokeSessions(
      { by: 'user', userId },
      'revoked',
      audit(actor, 'sessions_revoked', userId),
    );
    return ok(ended.length);
  }

  return { setUserRoles, disableUser, enableUser, revokeUserSessions };
}

function outcomeOf(outcome: GrantOutcome): Outcome<UserRow> | 'conflict' {
  switch (outcome.kind) {
    case 'done':
      return ok(outcome.user);
    case 'conflict':
      return 'conflict';
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
