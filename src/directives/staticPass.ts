import {
  locatedError,
  OperationTypeNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { AuthError } from '../errors.js';
import type { Fragments } from '../fragments.js';
import { isRefreshable } from '../viewer.js';
import { entryOf } from './entryOf.js';
import type { FieldJudge } from './judge.js';
import { addTo, fieldsOf, type PossibleTypes } from './plan.js';

/** What becomes of an operation part of which is denied: only that part is left out, or all is refused. */
export type OnUnauthorized = 'filter' | 'reject';

/** A hostile document can hold more denied positions than there are atoms; nobody reads more than these. */
const MAX_DENIALS = 1000;
const MAX_STEPS = 20_000;

/**
 * Every field that is denied before there is an object to look at, abstract types being taken as all of their
 * possible types: one error for each, at its aliased path without list indices; at most 1000. What stands below a
 * denied field or below one that logs in is not looked at.
 */
export function staticDenials(
  judge: FieldJudge,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): GraphQLError[] {
  const root = judge.compiled.schema.getRootType(operation.operation);
  if (!root) return [];
  const { leads, leadsBelow } = createSearch(judge, fragments, root);
  const found = new Map<string, GraphQLError>();
  const entered = new Map<string, Entries>();
  let steps = 0;

  const enumerate = (
    selectionSet: SelectionSetNode,
    type: GraphQLObjectType,
    above: readonly string[],
  ): void => {
    const { coerced } = judge.variables;
    for (const node of fieldsOf(judge.compiled, selectionSet, type, { fragments, coerced })) {
      steps += 1;
      // The first one refuses the whole operation, wherever it stands.
      if (found.size >= MAX_DENIALS || (steps > MAX_STEPS && found.size > 0)) return;
      const path = [...above, (node.alias ?? node.name).value];
      const denial = denialAt(judge, type, node, root);
      if (denial !== null) {
        const key = path.join('.');
        if (!found.has(key)) found.set(key, locatedError(denial, [node], path));
        continue;
      }
      const below = node.selectionSet;
      if (below === undefined) continue;
      const objects = objectsBelow(judge, type, node);
      if (!leadsBelow(below, objects)) continue;
      // Each of a thousand types of an interface may lead to all of them, and to the same place.
      const here = entryOf(entered, path.join('.'), newEntries);
      if (!addTo(here, below, objects)) continue;
      for (const object of objects) if (leads(below, object)) enumerate(below, object, path);
    }
  };
  if (leads(operation.selectionSet, root)) enumerate(operation.selectionSet, root, []);
  return [...found.values()];
}

/** Whether these denials stop the whole operation before any of it runs. */
export function refusesAll(
  judge: FieldJudge,
  operation: OperationDefinitionNode,
  onUnauthorized: OnUnauthorized,
): boolean {
  if (onUnauthorized === 'reject') return true;
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  return isMutation && isRefreshable(judge.viewer.credential);
}

type Entries = Map<SelectionSetNode, Set<PossibleTypes>>;

const newEntries = (): Entries => new Map<SelectionSetNode, Set<PossibleTypes>>();

type Leads<Key> = (selectionSet: SelectionSetNode, key: Key) => boolean;

interface Search {
  readonly leads: Leads<GraphQLObjectType>;
  /** Whether it does for any of these types. */
  readonly leadsBelow: Leads<PossibleTypes>;
}

/** Looks at each selection set once for each type, so that only paths which end in a denial are followed later. */
function createSearch(judge: FieldJudge, fragments: Fragments, root: GraphQLObjectType): Search {
  const { coerced } = judge.variables;
  const leadsBelow = remembering<PossibleTypes>((selectionSet, types) =>
    types.some((type) => leads(selectionSet, type)),
  );
  const leads = remembering<GraphQLObjectType>((selectionSet, type) => {
    for (const node of fieldsOf(judge.compiled, selectionSet, type, { fragments, coerced })) {
      if (denialAt(judge, type, node, root) !== null) return true;
      const below = node.selectionSet;
      if (below && leadsBelow(below, objectsBelow(judge, type, node))) return true;
    }
    return false;
  });
  return { leads, leadsBelow };
}

/** False while it is being found out: what leads back to itself leads nowhere else. */
function remembering<Key>(find: Leads<Key>): Leads<Key> {
  const known = new Map<SelectionSetNode, Map<Key, boolean>>();
  return (selectionSet, key) => {
    const answers = entryOf(known, selectionSet, () => new Map<Key, boolean>());
    const answer = answers.get(key);
    if (answer !== undefined) return answer;
    answers.set(key, false);
    const found = find(selectionSet, key);
    answers.set(key, found);
    return found;
  };
}

function denialAt(
  judge: FieldJudge,
  type: GraphQLObjectType,
  node: FieldNode,
  root: GraphQLObjectType,
): AuthError | null {
  const coordinate = `${type.name}.${node.name.value}`;
  // Every other `__typename` is denied with its object, by the field that returns it.
  if (node.name.value === '__typename' && type === root) return judge.object(type.name, coordinate);
  const field = judge.compiled.fields.get(coordinate);
  return field === undefined ? null : judge.fieldForEveryObject(field, node);
}

const NONE: PossibleTypes = [];

function objectsBelow(judge: FieldJudge, type: GraphQLObjectType, node: FieldNode): PossibleTypes {
  const field = judge.compiled.fields.get(`${type.name}.${node.name.value}`);
  return field === undefined || field.isCredential ? NONE : field.objects;
}
