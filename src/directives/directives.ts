import { authenticated } from './authenticated.js';
import type { GuardDirective } from './directive.js';
import { hasRole } from './hasRole.js';
import { policy } from './policy.js';
import { publicDirective } from './public.js';
import { requiresScopes } from './requiresScopes.js';

/** Every directive that guards. */
export const guardDirectives: readonly GuardDirective[] = [
  authenticated,
  requiresScopes,
  hasRole,
  policy,
  publicDirective,
];

/** The definitions of all of them with the scalars that they need, to be merged into a schema's type definitions. */
export const guardTypeDefs = `${guardDirectives.map(({ definition }) => definition).join('\n\n')}

"A name of something that may be done, such as \`users:read\` (RFC 6749, section 3.3)."
scalar Scope

"The name of a rule that the server's code decides."
scalar Policy
`;
