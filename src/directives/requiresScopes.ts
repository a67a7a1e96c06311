import type { Viewer } from '../viewer.js';
import { isScope } from '../scope.js';
import { asList, GUARDED_LOCATIONS, stringsOf, type GuardDirective } from './directive.js';
import type { GrantRequirement } from './requirement.js';

/** `@requiresScopes(scopes:)`: an OR of ANDs of scopes. The same directive as in Apollo Federation. */
export const requiresScopes: GuardDirective = {
  name: 'requiresScopes',
  definition: `"""
The viewer needs the scopes: the outer list is OR, each inner list is AND. \`[["a", "b"], ["c"]]\` means: a and b, or c.
Refused with \`FORBIDDEN\` / \`INSUFFICIENT_SCOPE\`, what is required and what is missing.
"""
directive @requiresScopes(
  "Outer list OR, inner list AND. Neither may be empty."
  scopes: [[Scope!]!]!
) repeatable on ${GUARDED_LOCATIONS}`,
  read(args, coordinate) {
    const groups = asList(args['scopes']).map((group) =>
      stringsOf(asList(group), 'the scopes of @requiresScopes', coordinate),
    );
    if (groups.length === 0) {
      throw new TypeError(
        `${coordinate}: @requiresScopes has no scopes, so nobody could ever meet it. Name at least one: @requiresScopes(scopes: [["posts:read"]]).`,
      );
    }
    const unfit = groups.flat().find((scope) => !isScope(scope));
    if (unfit !== undefined) {
      throw new TypeError(
        `${coordinate}: ${JSON.stringify(unfit)} in @requiresScopes is no scope, so no token could ever hold it. A scope is visible ASCII characters without " and \\, such as "posts:read".`,
      );
    }
    if (groups.some((group) => group.length === 0)) {
      throw new TypeError(
        `${coordinate}: @requiresScopes has an empty inner list, which everybody would meet. Remove it or name its scopes; for a login without scopes write @authenticated.`,
      );
    }
    return scopeRequirement(groups);
  },
};

function scopeRequirement(groups: readonly (readonly string[])[]): GrantRequirement {
  return {
    directive: '@requiresScopes',
    key: `@requiresScopes${JSON.stringify(groups)}`,
    required: groups,
    scopes: [...new Set(groups.flat())],
    policies: null,
    unmet(viewer) {
      let missing: readonly string[] | null = null;
      for (const group of groups) {
        const lacking = group.filter((scope) => !holds(viewer, scope));
        if (lacking.length === 0) return null;
        if (missing === null || lacking.length < missing.length) missing = lacking;
      }
      return { reason: 'INSUFFICIENT_SCOPE', required: groups, missing };
    },
  };
}

const holds = (viewer: Viewer | null, scope: string): boolean =>
  viewer !== null && viewer.scopes.has(scope);
