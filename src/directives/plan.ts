import {
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../fragments.js';
import { isIncluded } from '../included.js';
import type { CompiledSchema, GuardedField } from './compile.js';
import type { PureReader } from './purePolicies.js';
import { allOf, type Requirement } from './requirement.js';
import { questionsOf, type Question } from './standing.js';

/** All that an operation may ask for, whatever its variables skip. Made once for each document. */
export interface OperationPlan {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode | undefined>;
  /** Of every field, and of every type that may come to stand at one. */
  readonly requirements: readonly Requirement[];
  /** The same, to be put to a viewer; null where that is not all which decides before there are objects. */
  readonly questions: readonly Question[] | null;
  /** The fields at whose arguments something is asked for. */
  readonly inputs: readonly { readonly field: GuardedField; readonly node: FieldNode }[];
  /** The fields that may come to ask for a policy. */
  readonly policed: readonly { readonly field: GuardedField; readonly node: FieldNode }[];
  /** The name of the root type where its own `__typename` is selected. */
  readonly rootTypename: string | null;
  /** Whether a field that logs in is selected. What is below it has no part in this plan. */
  readonly hasCredentialField: boolean;
  /** Another tool has renamed something since the schema was guarded: this plan may not be all. */
  readonly hasUnknownField: boolean;
  /** Whether the schema itself is asked about: under `filterIntrospection` each viewer sees another. */
  readonly asksIntrospection: boolean;
}

/** The same list for all fields of one abstract type. */
export type PossibleTypes = GuardedField['objects'];

export type PlanOf = (operation: OperationDefinitionNode, fragments: Fragments) => OperationPlan;

export const asksForNothing = (plan: OperationPlan): boolean =>
  plan.requirements.length === 0 && plan.inputs.length === 0 && canBeClear(plan);

export const canBeClear = ({ hasCredentialField, hasUnknownField }: OperationPlan): boolean =>
  !hasCredentialField && !hasUnknownField;

/**
 * Makes plans and keeps them as long as their documents live, and no longer than their schema: others may keep a document
 * while schemas come and go.
 */
export function createPlans(compiled: CompiledSchema, pureOf: PureReader): PlanOf {
  const plans = new WeakMap<OperationDefinitionNode, OperationPlan>();
  return (operation, fragments) => {
    const known = plans.get(operation);
    if (known !== undefined && usesSameFragments(known, fragments)) return known;
    const plan = planOperation(compiled, pureOf, { operation, fragments });
    plans.set(operation, plan);
    return plan;
  };
}

/** One operation node may stand in two documents that were put together by hand. */
function usesSameFragments(plan: OperationPlan, fragments: Fragments): boolean {
  for (const [name, node] of plan.fragments) if (fragments[name] !== node) return false;
  return true;
}

/**
 * Visits each selection set once for each type that it may be applied to: that is bounded by the size of the
 * document times that of the schema, where following paths would not be.
 */
function planOperation(
  compiled: CompiledSchema,
  pureOf: PureReader,
  { operation, fragments }: { operation: OperationDefinitionNode; fragments: Fragments },
): OperationPlan {
  const used = new Map<string, FragmentDefinitionNode | undefined>();
  const requirements: (readonly Requirement[])[] = [];
  const inputs: { field: GuardedField; node: FieldNode }[] = [];
  const policed: { field: GuardedField; node: FieldNode }[] = [];
  const planned = new Set<GuardedField>();
  const plannedBelow = new Set<PossibleTypes>();
  const seen = new Map<SelectionSetNode, Set<GraphQLObjectType>>();
  const seenBelow = new Map<SelectionSetNode, Set<PossibleTypes>>();
  const root = compiled.schema.getRootType(operation.operation);
  let asksRootTypename = false;
  let hasCredentialField = false;
  let hasUnknownField = false;
  let asksIntrospection = false;

  const visit = (selectionSet: SelectionSetNode, type: GraphQLObjectType): void => {
    if (!addTo(seen, selectionSet, type)) return;
    for (const node of fieldsOf(compiled, selectionSet, type, { fragments, used })) {
      const field = compiled.fields.get(`${type.name}.${node.name.value}`);
      if (field === undefined) {
        asksIntrospection ||= node.name.value === '__schema' || node.name.value === '__type';
        hasUnknownField ||= !node.name.value.startsWith('__');
        asksRootTypename ||= node.name.value === '__typename' && type === root;
        continue;
      }
      hasUnknownField ||= field.isLate;
      const isPlanned = planned.has(field);
      if (!isPlanned) {
        planned.add(field);
        requirements.push(field.requirements);
      }
      if (!plannedBelow.has(field.objects)) {
        plannedBelow.add(field.objects);
        for (const { name } of field.objects) requirements.push(compiled.types.get(name) ?? []);
      }
      if (field.inputs !== null) inputs.push({ field, node });
      // What is asked for only depends on the node where that supplies something.
      if (field.hasPolicies && !(isPlanned && field.inputs === null)) policed.push({ field, node });
      hasCredentialField ||= field.isCredential;
      if (field.isCredential || node.selectionSet === undefined) continue;
      // Each of a thousand types of an interface may lead to all of them.
      if (!addTo(seenBelow, node.selectionSet, field.objects)) continue;
      for (const object of field.objects) visit(node.selectionSet, object);
    }
  };
  if (root) visit(operation.selectionSet, root);
  const rootTypename = asksRootTypename && root ? root.name : null;
  if (rootTypename !== null) requirements.push(compiled.types.get(rootTypename) ?? []);
  const all = allOf(...requirements);
  const isPlain =
    inputs.length === 0 && rootTypename === null && !hasCredentialField && !hasUnknownField;
  return {
    fragments: used,
    requirements: all,
    questions: isPlain ? questionsOf(all, pureOf) : null,
    inputs,
    policed,
    rootTypename,
    hasCredentialField,
    hasUnknownField,
    asksIntrospection,
  };
}

/** Whether it was not there. */
export function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): boolean {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = new Set()));
  if (set.has(value)) return false;
  set.add(value);
  return true;
}

interface Collecting {
  readonly fragments: Fragments;
  /** Of the present selection set: a fragment that is spread twice counts once. */
  readonly visited?: Set<string>;
  /** Filled with every fragment that was looked up. */
  readonly used?: Map<string, FragmentDefinitionNode | undefined>;
  /** Where given, `@skip` and `@include` are obeyed; else every field counts. */
  readonly coerced?: Readonly<Record<string, unknown>>;
}

/** The fields that a selection set selects on an object of one type, through fragments. */
export function* fieldsOf(
  compiled: CompiledSchema,
  selectionSet: SelectionSetNode,
  type: GraphQLObjectType,
  collecting: Collecting,
): Generator<FieldNode, undefined> {
  const { fragments, visited = new Set<string>(), used, coerced } = collecting;
  for (const selection of selectionSet.selections) {
    if (coerced !== undefined && !isIncluded(selection, coerced)) continue;
    if (selection.kind === Kind.FIELD) {
      yield selection;
      continue;
    }
    let fragment: InlineFragmentNode | FragmentDefinitionNode | undefined;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const name = selection.name.value;
      if (visited.has(name)) continue;
      visited.add(name);
      fragment = fragments[name];
      used?.set(name, fragment);
    } else {
      fragment = selection;
    }
    if (fragment === undefined || !applies(compiled, fragment, type)) continue;
    yield* fieldsOf(compiled, fragment.selectionSet, type, { ...collecting, visited });
  }
}

function applies(
  { schema }: CompiledSchema,
  { typeCondition }: InlineFragmentNode | FragmentDefinitionNode,
  type: GraphQLObjectType,
): boolean {
  if (typeCondition === undefined || typeCondition.name.value === type.name) return true;
  const condition = schema.getType(typeCondition.name.value);
  if (condition === undefined) return true;
  return isAbstractType(condition) && schema.isSubType(condition, type);
}
