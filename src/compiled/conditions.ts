import {
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type DirectiveNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../fragments.js';
import { hasDirective, MAX_SELECTIONS, type Exclusion } from './documentClass.js';

/** The variables that `@skip` and `@include` of an operation ask, by name. */
export type Conditions = readonly string[];

/** What they say, by name. */
export type Truths = ReadonlyMap<string, boolean>;

/** Each combination of what they say is a plan of its own: sixteen at most. */
const MAX_CONDITIONS = 4;

/** Finds all that can come to be asked, also below what is skipped. Each fragment is looked at once. */
export function conditionsOf(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): Conditions | Exclusion {
  const found = new Set<string>();
  const visited = new Set<string>();
  let selections = 0;

  const look = ({ selections: below }: SelectionSetNode): Exclusion | null => {
    for (const selection of below) {
      selections += 1;
      if (selections > MAX_SELECTIONS) return 'it has too many fields';
      const { directives = [] } = selection;
      if (!areConditions(directives)) return 'it has a directive';
      for (const directive of directives) {
        const asked = askedBy(directive);
        if (typeof asked === 'string') found.add(asked);
      }
      if (found.size > MAX_CONDITIONS) return 'it has too many conditions';
      const exclusion = lookBelow(selection);
      if (exclusion !== null) return exclusion;
    }
    return null;
  };
  const lookBelow = (selection: SelectionNode): Exclusion | null => {
    if (selection.kind !== Kind.FRAGMENT_SPREAD) {
      return selection.selectionSet ? look(selection.selectionSet) : null;
    }
    const name = selection.name.value;
    if (visited.has(name)) return null;
    visited.add(name);
    const fragment = fragments[name];
    if (fragment === undefined) return 'it does not fit the schema';
    if (hasDirective(fragment.directives)) return 'it has a directive';
    return look(fragment.selectionSet);
  };
  return look(selectionSet) ?? [...found];
}

/**
 * Which of the combinations these coerced variables are, one bit for each condition; null where one of them is neither
 * true nor false, which is an error if it is asked.
 */
export function combinationOf(
  conditions: Conditions,
  variables: Readonly<Record<string, unknown>>,
): number | null {
  let combination = 0;
  for (let at = 0; at < conditions.length; at += 1) {
    const name = conditions[at] as string;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (typeof value !== 'boolean') return null;
    if (value) combination |= 1 << at;
  }
  return combination;
}

export const truthsOf = (conditions: Conditions, combination: number): Truths =>
  new Map(conditions.map((name, at) => [name, (combination & (1 << at)) !== 0]));

/** Whether a selection counts: where both stand there, both must allow it. */
export function isIncluded({ directives = [] }: SelectionNode, truths: Truths): boolean {
  return directives.every((directive) => {
    const asked = askedBy(directive);
    const truth = typeof asked === 'string' ? truths.get(asked) : asked;
    return truth === (directive.name.value === GraphQLIncludeDirective.name);
  });
}

const names: readonly string[] = [GraphQLSkipDirective.name, GraphQLIncludeDirective.name];

/** Whether they are conditions, each of them once, and nothing else. */
const areConditions = (directives: readonly DirectiveNode[]): boolean =>
  directives.every(
    (directive, at) =>
      names.includes(directive.name.value) &&
      directives.findIndex(({ name }) => name.value === directive.name.value) === at &&
      askedBy(directive) !== null,
  );

/** What its `if` says, or the name of the variable that says it; null where it has none. */
function askedBy({ arguments: given = [] }: DirectiveNode): boolean | string | null {
  const [argument, ...others] = given;
  if (argument?.name.value !== 'if' || others.length > 0) return null;
  const { value } = argument;
  if (value.kind === Kind.VARIABLE) return value.name.value;
  return value.kind === Kind.BOOLEAN ? value.value : null;
}
