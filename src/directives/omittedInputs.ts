import {
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLResolveInfo,
  type ValueNode,
} from 'graphql';
import type { GuardedArgument } from './inputs.js';

type Values = Readonly<Record<string, unknown>>;

/**
 * The arguments as graphql-js makes them. graphql-jit, which Mercurius may execute with, gives a resolver `null` for a
 * variable that was omitted inside an input object: nobody was asked whether the field may be supplied.
 */
export function withoutOmitted(
  args: Record<string, unknown>,
  inputs: ReadonlyMap<string, GuardedArgument>,
  { fieldNodes, variableValues }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'variableValues'>,
): Record<string, unknown> {
  let clean = args;
  for (const { name, value } of (fieldNodes[0] as FieldNode).arguments ?? []) {
    const type = inputs.get(name.value)?.type;
    const before = args[name.value];
    const after = type === undefined ? before : cleaned(before, value, type, variableValues);
    if (after !== before) clean = { ...clean, [name.value]: after };
  }
  return clean;
}

function cleaned(
  value: unknown,
  node: ValueNode,
  type: GraphQLInputType,
  variables: Values,
): unknown {
  if (isNonNullType(type)) return cleaned(value, node, type.ofType, variables);
  if (node.kind === Kind.VARIABLE || typeof value !== 'object' || value === null) return value;
  if (isListType(type)) {
    if (!Array.isArray(value)) return value;
    const nodes = node.kind === Kind.LIST ? node.values : [node];
    const items: unknown[] = value.map((item: unknown, at) =>
      nodes[at] === undefined ? item : cleaned(item, nodes[at], type.ofType, variables),
    );
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  if (!isInputObjectType(type) || node.kind !== Kind.OBJECT) return value;
  let clean = value as Record<string, unknown>;
  for (const { name, value: inner } of node.fields) {
    const field = type.getFields()[name.value];
    const before = clean[name.value];
    if (field === undefined || before === undefined) continue;
    const isOmitted =
      inner.kind === Kind.VARIABLE && before === null && variables[inner.name.value] === undefined;
    const after = isOmitted ? field.defaultValue : cleaned(before, inner, field.type, variables);
    if (after === before) continue;
    clean = { ...clean, [name.value]: after };
    if (after === undefined) delete clean[name.value];
  }
  return clean;
}
