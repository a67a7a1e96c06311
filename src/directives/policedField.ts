import {
  getNamedType,
  isAbstractType,
  isListType,
  getNullableType,
  type FieldNode,
  type GraphQLFieldResolver,
} from 'graphql';
import { andThen, type MaybePromise } from '../outcome.js';
import { awaitsTypes } from './checkAhead.js';
import type { GuardedField } from './compile.js';
import type { Deny } from './dryRun.js';
import type { FieldJudge } from './judge.js';
import { checkResult, denialByObject, isInList, type CheckValue } from './objectPolicies.js';

/** How a resolver is called; sources, contexts and results are whatever they are. */
export type Resolver = GraphQLFieldResolver<unknown, unknown, Record<string, unknown>, unknown>;

export interface PolicedField {
  readonly field: GuardedField;
  readonly resolve: Resolver;
  /** It opens the source of a subscription: the object comes later, with each event. */
  readonly isSource: boolean;
}

/**
 * Runs a field that its static requirements allow: the policies over its parent are asked before its resolver runs,
 * those over what it returns afterwards. Answers at once where there is nothing to wait for.
 */
export function runPoliced(
  { field, resolve, isSource }: PolicedField,
  { judge, deny, context }: { judge: FieldJudge; deny: Deny; context: unknown },
  asked: Parameters<Resolver>,
): unknown {
  if (isSource) return resolve(...asked);
  const [source, args, , info] = asked;
  const { viewer } = judge;
  const isRow = isInList(info.path);

  const resolveChecked = (): unknown => {
    const result = resolve(...asked);
    const open = viewer.open(field.aboutValue, field.coordinate);
    if (open.length === 0) return result;
    const named = getNamedType(info.returnType);
    if (isAbstractType(named)) {
      // Its own check is asked at every object; what a list holds is asked about before graphql-js sees the list.
      if (!awaitsTypes(info) || !isListType(getNullableType(info.returnType))) return result;
      const resolveType: CheckValue = (object) =>
        andThen(
          named.resolveType?.(object, context, info, named) as MaybePromise<unknown>,
          () => object,
        );
      return checkResult(result, info.returnType, resolveType, isRow);
    }
    const check: CheckValue = (object, isOneOfMany) =>
      andThen(
        denialByObject(viewer, open, { item: { object, args: {} }, isRow: isOneOfMany }),
        (denied) => {
          if (denied !== null) deny(denied);
          return object;
        },
      );
    return checkResult(result, info.returnType, check, isRow);
  };

  const open = judge.openForParent(field, info.fieldNodes[0] as FieldNode);
  if (open.length === 0) return resolveChecked();
  const subject = { item: { object: source, args }, isRow };
  return andThen(denialByObject(viewer, open, subject), (denied) => {
    if (denied !== null) deny(denied);
    return resolveChecked();
  });
}
