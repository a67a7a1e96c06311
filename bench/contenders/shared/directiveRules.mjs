import { readsAccount, readsAll } from './auth.mjs';

/** What each directive asks, for servers whose guards are directives of their own. */
export const rules = {
  authenticated: (_, viewer) => viewer !== null,
  readsAll: (_, viewer) => readsAll(viewer),
  readsAccount: (user, viewer) => readsAccount(viewer, user),
};

export const definitions = Object.keys(rules)
  .map((name) => `directive @${name} on FIELD_DEFINITION`)
  .join('\n');

export const guards = { me: '@authenticated', users: '@readsAll', email: '@readsAccount' };
