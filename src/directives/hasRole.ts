import { asList, GUARDED_LOCATIONS, stringsOf, type GuardDirective } from './directive.js';

/** `@hasRole(roles:)`: any one of the roles. */
export const hasRole: GuardDirective = {
  name: 'hasRole',
  definition: `"The viewer needs any one of the roles. Refused with \`FORBIDDEN\` / \`MISSING_ROLE\`."
directive @hasRole(
  "Any one of them is enough."
  roles: [String!]!
) repeatable on ${GUARDED_LOCATIONS}`,
  read(args, coordinate) {
    const roles = stringsOf(asList(args['roles']), 'the roles of @hasRole', coordinate);
    if (roles.length === 0) {
      throw new TypeError(
        `${coordinate}: @hasRole has no roles, so nobody could ever meet it. Name at least one: @hasRole(roles: ["editor"]).`,
      );
    }
    return {
      directive: '@hasRole',
      key: `@hasRole${JSON.stringify(roles)}`,
      required: roles,
      scopes: [],
      policies: null,
      unmet: (viewer) =>
        viewer !== null && roles.some((role) => viewer.roles.has(role))
          ? null
          : { reason: 'MISSING_ROLE', required: roles, missing: roles },
    };
  },
};
