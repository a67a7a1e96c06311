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
import type { FieldJudge } from './judge.js';
import { fieldsOf } from './plan.js';
import { isRefreshable } from './requirement.js';

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
  const leadsToDenial = createSearch(judge, fragments, root);
  const found = new Map<string, GraphQLError>();
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
      if (node.selectionSet === undefined) continue;
      for (const object of objectsBelow(judge, type, node)) {
        if (leadsToDenial(node.selectionSet, object)) enumerate(node.selectionSet, object, path);
      }
    }
  };
  if (leadsToDenial(operation.selectionSet, root)) enumerate(operation.selectionSet, root, []);
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

/** Looks at each selection set once for each type, so that only paths which end in a denial are followed later. */
function createSearch(
  judge: FieldJudge,
  fragments: Fragments,
  root: GraphQLObjectType,
): (selectionSet: SelectionSetNode, type: GraphQLObjectType) => boolean {
  const known = new Map<SelectionSetNode, Map<GraphQLObjectType, boolean>>();
  const { coerced } = judge.variables;
  const search = (selectionSet: SelectionSetNode, type: GraphQLObjectType): boolean => {
    let byType = known.get(selectionSet);
    if (byType === undefined)
      known.set(selectionSet, (byType = new Map<GraphQLObjectType, boolean>()));
    const answer = byType.get(type);
    if (answer !== undefined) return answer;
    byType.set(type, false);
    let leads = false;
    for (const node of fieldsOf(judge.compiled, selectionSet, type, { fragments, coerced })) {
      const below = node.selectionSet;
      leads =
        denialAt(judge, type, node, root) !== null ||
        (below !== undefined &&
          objectsBelow(judge, type, node).some((object) => search(below, object)));
      if (leads) break;
    }
    byType.set(type, leads);
    return leads;
  };
  return search;
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

function objectsBelow(
  judge: FieldJudge,
  type: GraphQLObjectType,
  node: FieldNode,
): readonly GraphQLObjectType[] {
  const field = judge.compiled.fields.get(`${type.name}.${node.name.value}`);
  return field === undefined || field.isCredential ? [] : field.objects;
}
