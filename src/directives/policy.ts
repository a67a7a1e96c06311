import { asList, GUARDED_LOCATIONS, stringsOf, type GuardDirective } from './directive.js';

/** `@policy(policies:)`: an OR of ANDs of rules that code decides. The same directive as in Apollo Federation. */
export const policy: GuardDirective = {
  name: 'policy',
  definition: `"""
The policies must allow it: the outer list is OR, each inner list is AND. \`[["a", "b"], ["c"]]\` means: a and b, or c.
Refused with \`FORBIDDEN\` / \`POLICY_DENIED\`, what is required and what is missing. They are asked even for nobody.
"""
directive @policy(
  "Outer list OR, inner list AND. Neither may be empty."
  policies: [[Policy!]!]!
) repeatable on ${GUARDED_LOCATIONS}`,
  read(args, coordinate) {
    const groups = asList(args['policies']).map((group) =>
      stringsOf(asList(group), 'the policies of @policy', coordinate),
    );
    if (groups.length === 0) {
      throw new TypeError(
        `${coordinate}: @policy has no policies, so nobody could ever meet it. Name at least one: @policy(policies: [["owner"]]).`,
      );
    }
    if (groups.some((group) => group.length === 0)) {
      throw new TypeError(
        `${coordinate}: @policy has an empty inner list, which everybody would meet. Remove it or name its policies.`,
      );
    }
    return {
      directive: '@policy',
      key: `@policy${JSON.stringify(groups)}`,
      required: groups,
      scopes: [],
      policies: groups,
    };
  },
};
