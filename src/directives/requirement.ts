import { AuthError, type ErrorDetails } from '../errors.js';
import { unauthenticated, type Credential, type Viewer } from '../viewer.js';

/** Why a viewer does not meet a requirement, as it stands in `extensions` beside `FORBIDDEN`. */
export type Unmet = Pick<ErrorDetails, 'reason' | 'required' | 'missing'>;

/** Names of policies: the outer list is OR, each inner list is AND. */
export type PolicyGroups = readonly (readonly string[])[];

interface Asked {
  /** With its at sign: `@requiresScopes`. */
  readonly directive: string;
  /** Equal keys ask for the same. */
  readonly key: string;
  /** The directive's own argument: scopes as an OR of ANDs, roles as a list, null where it takes none. */
  readonly required: readonly (readonly string[])[] | readonly string[] | null;
  /** Every scope that it names. */
  readonly scopes: readonly string[];
}

/** Answered by what the viewer holds. */
export interface GrantRequirement extends Asked {
  readonly policies: null;
  /** Null when the viewer meets it. Pure: the same viewer always gets the same answer. */
  unmet(viewer: Viewer | null): Unmet | null;
}

/** Answered by policies. */
export interface PolicyRequirement extends Asked {
  readonly policies: PolicyGroups;
}

/** What one use of a directive asks for. A list of requirements is an AND. */
export type Requirement = GrantRequirement | PolicyRequirement;

export const isPolicyRequirement = (requirement: Requirement): requirement is PolicyRequirement =>
  requirement.policies !== null;

/** The AND of several lists, each requirement once: grants in their order, then policies, which may cost something. */
export function allOf(...lists: (readonly Requirement[])[]): readonly Requirement[] {
  const byKey = new Map<string, Requirement>();
  for (const requirement of lists.flat()) {
    if (!byKey.has(requirement.key)) byKey.set(requirement.key, requirement);
  }
  const all = [...byKey.values()];
  const policies = all.filter(isPolicyRequirement);
  return policies.length === 0 ? all : [...all.filter(({ policies: none }) => !none), ...policies];
}

/** The error of an unmet requirement. It has no path yet: GraphQL adds path and locations where it is thrown. */
export function denialOf(
  credential: Credential,
  requirement: Requirement,
  unmet: Unmet,
  coordinate: string,
): AuthError {
  const at = { coordinate, directive: requirement.directive };
  return credential.kind === 'valid'
    ? new AuthError('FORBIDDEN', { ...unmet, ...at })
    : unauthenticated(credential, at);
}
