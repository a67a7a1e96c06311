import { GUARDED_LOCATIONS, type GuardDirective } from './directive.js';
import type { GrantRequirement } from './requirement.js';

/** Asks for a logged-in viewer, whoever it is. */
export const loginRequirement: GrantRequirement = {
  directive: '@authenticated',
  key: '@authenticated',
  required: null,
  scopes: [],
  policies: null,
  unmet: (viewer) => (viewer === null ? {} : null),
};

/** `@authenticated`: the viewer must be logged in. The same directive as in Apollo Federation. */
export const authenticated: GuardDirective = {
  name: 'authenticated',
  definition: `"""
The field, or every field of the type, needs a logged-in viewer. Refused with \`UNAUTHENTICATED\` and the reason.
"""
directive @authenticated on ${GUARDED_LOCATIONS}`,
  read: () => loginRequirement,
};
