import type { Viewer } from '../viewer.js';
import type { GuardedField } from './compile.js';
import type { ObjectPredicate, PureReader } from './purePolicies.js';
import { isPolicyRequirement, type PolicyRequirement, type Requirement } from './requirement.js';

/** One requirement, put to a viewer before there is an object. */
export type Question = (viewer: Viewer | null) => 'met' | 'open' | 'unmet';

/**
 * How a viewer stands to all that an operation asks for: all is met, whatever the objects; pure policies over objects
 * have the last word; or the judges are to be asked.
 */
export type Standing = 'clear' | 'objects' | 'unknown';

/** Null where anything but the viewer has a say. */
export function questionsOf(
  requirements: readonly Requirement[],
  pureOf: PureReader,
): readonly Question[] | null {
  const questions = requirements.map((requirement) => questionOf(requirement, pureOf));
  return questions.some((question) => question === null) ? null : (questions as Question[]);
}

function questionOf(requirement: Requirement, pureOf: PureReader): Question | null {
  if (isPolicyRequirement(requirement)) return pureOf(requirement.policies)?.answer ?? null;
  return (viewer) => (requirement.unmet(viewer) === null ? 'met' : 'unmet');
}

export function standingOf(questions: readonly Question[], viewer: Viewer | null): Standing {
  let standing: Standing = 'clear';
  try {
    for (const question of questions) {
      const answer = question(viewer);
      if (answer === 'unmet') return 'unknown';
      if (answer === 'open') standing = 'objects';
    }
    return standing;
  } catch {
    // What a policy throws is logged and denies, and judges know how.
    return 'unknown';
  }
}

/** What the guard of a field leaves to its parent object; null where it says more than that while the field runs. */
export interface AboutParent {
  /** Null allows every object. */
  readonly allows: ObjectPredicate | null;
}

/** For a viewer of whom no grant and no policy about the request is missing. */
export function aboutParentOf(field: GuardedField, pureOf: PureReader): AboutParent | null {
  const { requirements, inputs, isAbstract, isCredential, aboutValue, aboutParent } = field;
  if (inputs !== null || isAbstract || isCredential || aboutValue.length > 0) return null;
  if (questionsOf(requirements, pureOf) === null) return null;
  const [first, ...others] = aboutParent.map((requirement) => allowsOf(requirement, pureOf));
  if (first === undefined) return { allows: null };
  if (others.length === 0) return { allows: first };
  return {
    allows: (object, viewer) =>
      first(object, viewer) && others.every((allows) => allows(object, viewer)),
  };
}

const nobody: ObjectPredicate = () => false;

const allowsOf = ({ policies }: PolicyRequirement, pureOf: PureReader): ObjectPredicate =>
  pureOf(policies)?.allows ?? nobody;
