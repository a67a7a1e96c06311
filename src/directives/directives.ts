import { authenticated } from './authenticated.js';
import type { GuardDirective } from './directive.js';
import { hasRole } from './hasRole.js';
import { publicDirective } from './public.js';
import { requiresScopes } from './requiresScopes.js';

/** Every directive that guards. */
export const guardDirectives: readonly GuardDirective[] = [
  authenticated,
  requiresScopes,
  hasRole,
  publicDirective,
];

/** The definitions of all of them with the scalar that they need, to be merged into a schema's type definitions. */
export const guardTypeDefs = `${guardDirectives.map(({ definition }) => definition).join('\n\n')}

"A name of something that may be done, such as \`users:read\` (RFC 6749, section 3.3)."
scalar Scope
`;
