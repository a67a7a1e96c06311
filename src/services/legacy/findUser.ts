import { andThen, type MaybePromise } from '../../outcome.js';
import type { Store, UserRow } from '../../store/store.js';
import type { LegacySettings } from './settings.js';

export type FindLegacyUser = (
  payload: Readonly<Record<string, unknown>>,
) => MaybePromise<UserRow | null>;

/** No id and no username is longer; what is would only be carried to the store and back. */
const MAX_LENGTH = 1024;

/**
 * Finds the user of a token by what its system calls them. drf-jwt and simplejwt: their primary key, which an imported
 * user has for an id. graphql-jwt: the username as it was imported, letter for letter; of a model that logs in by its
 * email that is the email. Our own emails are never asked for: whoever was not imported would be the account here that
 * has the address which they have there, and Django tells Ann@ from ann@.
 */
export function createFindLegacyUser(store: Store, settings: LegacySettings): FindLegacyUser {
  const { kind, userId, userClaim } = settings;

  const byId = (id: string | null): MaybePromise<UserRow | null> =>
    id === null ? null : andThen(store.usersByIds([id]), ([user = null]) => user);

  function byName(payload: Readonly<Record<string, unknown>>): MaybePromise<UserRow | null> {
    const claim = userClaim ?? ('username' in payload ? 'username' : 'email');
    const name = textOf(payload[claim]);
    if (name === null) return null;
    return store.userByUsername(name);
  }

  if (userId !== undefined) return (payload) => andThen(userId(payload), byId);
  if (kind === 'graphql-jwt') return byName;
  return (payload) => byId(textOf(payload[userClaim ?? 'user_id']));
}

/** Primary keys are numbers or texts (UUIDs). A number that JSON has rounded may be somebody else's. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH ? value : null;
}
