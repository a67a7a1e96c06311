import type { GuardDirective } from './directive.js';
import type { Requirement } from './requirement.js';

/** `@public`: a root field that needs no login under `protect-all`. It lifts nothing else. */
export const publicDirective: GuardDirective = {
  name: 'public',
  definition: `"Where the whole schema is protected (\`mode: 'protect-all'\`), this root field needs no login. It lifts nothing else."
directive @public on FIELD_DEFINITION`,
  read: () => null,
};

/** Throws a `TypeError` where `@public` on a field would not mean what it says. */
export function assertPublicMakesSense(
  coordinate: string,
  field: {
    isRoot: boolean;
    ownRequirements: readonly Requirement[];
    typeRequirements: readonly Requirement[];
  },
): void {
  if (!field.isRoot) {
    throw new TypeError(
      `${coordinate}: @public stands on root fields only (of Query, Mutation and Subscription). Remove it: this field is reached through a root field.`,
    );
  }
  const beside = field.ownRequirements[0];
  if (beside !== undefined) {
    throw new TypeError(
      `${coordinate}: @public stands beside ${beside.directive}. Remove one of the two.`,
    );
  }
  const above = field.typeRequirements[0];
  if (above !== undefined) {
    throw new TypeError(
      `${coordinate}: @public does not lift ${above.directive} of its root type. Move that guard from the type to its other fields, or remove @public.`,
    );
  }
}
