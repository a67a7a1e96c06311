import type { Policies } from '../directives/policies.js';
import { byObject, byViewer } from '../directives/purePolicies.js';
import type { UserRow } from '../store/store.js';

/** The policies that our own schema names: an account is read by whom it belongs to, and by holders of `users:read`. */
const accountPolicies = {
  // About the request, so that a holder of the scope costs nothing per row.
  readsAccounts: byViewer((viewer) => viewer !== null && viewer.scopes.has('users:read')),
  ownsAccount: byObject<UserRow>(({ id }, viewer) => viewer !== null && id === viewer.id),
} satisfies Policies;

/** Ours with somebody's own. Throws a TypeError where one of theirs would take the place of one of ours. */
export function withAccountPolicies(own: Policies = {}): Policies {
  const taken = Object.keys(accountPolicies).find((name) => Object.hasOwn(own, name));
  if (taken === undefined) return { ...own, ...accountPolicies };
  throw new TypeError(
    `createGuards: the policy "${taken}" is one of this API's own. Give yours another name.`,
  );
}
