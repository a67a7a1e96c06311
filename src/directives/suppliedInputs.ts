import {
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type FieldNode,
  type GraphQLInputField,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql';
import type { GuardedArgument } from './inputs.js';
import type { Requirement } from './requirement.js';
import type { Variables } from './variables.js';

/** Asked for everything that the operation supplies; an answer other than null ends the walk. */
export type Ask<T> = (requirements: readonly Requirement[], coordinate: string) => T | null;

/**
 * Walks what the operation supplies to the guarded arguments of a field, at any depth: literals, explicit nulls,
 * provided variables, the operation's own defaults of its variables. Schema defaults and omitted variables are
 * not supplied. Answers the first answer of `ask` that is not null.
 */
export function askOfInputs<T>(
  inputs: ReadonlyMap<string, GuardedArgument>,
  node: FieldNode,
  variables: Variables,
  ask: Ask<T>,
): T | null {
  for (const { name, value } of node.arguments ?? []) {
    const argument = inputs.get(name.value);
    if (argument === undefined || !isSupplied(value, variables)) continue;
    const answer =
      ask(argument.requirements, argument.coordinate) ??
      askOfLiteral({ argument, variables, ask }, value, argument.type);
    if (answer !== null) return answer;
  }
  return null;
}

interface Walk<T> {
  readonly argument: GuardedArgument;
  readonly variables: Variables;
  readonly ask: Ask<T>;
}

const isSupplied = (node: ValueNode, variables: Variables): boolean =>
  node.kind !== Kind.VARIABLE || variables.lookup(node.name.value) !== undefined;

function askOfLiteral<T>(walk: Walk<T>, node: ValueNode, type: GraphQLInputType): T | null {
  if (node.kind === Kind.VARIABLE) {
    const supplied = walk.variables.lookup(node.name.value);
    if (supplied === undefined) return null;
    return 'literal' in supplied
      ? askOfLiteral(walk, supplied.literal, type)
      : askOfValue(walk, supplied.value, type);
  }
  if (isNonNullType(type)) return askOfLiteral(walk, node, type.ofType);
  if (isListType(type)) {
    const items = node.kind === Kind.LIST ? node.values : [node];
    return first(items, (item) => askOfLiteral(walk, item, type.ofType));
  }
  if (!isInputObjectType(type) || node.kind !== Kind.OBJECT) return null;
  if (!walk.argument.guardedTypes.has(type.name)) return null;
  const fields = type.getFields();
  return first(node.fields, ({ name, value }) => {
    const field = fields[name.value];
    if (field === undefined || !isSupplied(value, walk.variables)) return null;
    return askOfField(walk, `${type.name}.${field.name}`) ?? askOfLiteral(walk, value, field.type);
  });
}

function askOfValue<T>(walk: Walk<T>, value: unknown, type: GraphQLInputType): T | null {
  if (isNonNullType(type)) return askOfValue(walk, value, type.ofType);
  if (isListType(type)) {
    return first(itemsOf(value), (item) => askOfValue(walk, item, type.ofType));
  }
  if (!isInputObjectType(type) || typeof value !== 'object' || value === null) return null;
  if (!walk.argument.guardedTypes.has(type.name)) return null;
  const values = value as Record<string, unknown>;
  return first(Object.values(type.getFields()), (field: GraphQLInputField) => {
    const inner = values[field.name];
    if (walk.variables.isOmitted(inner, field)) return null;
    return askOfField(walk, `${type.name}.${field.name}`) ?? askOfValue(walk, inner, field.type);
  });
}

function askOfField<T>({ argument, ask }: Walk<T>, coordinate: string): T | null {
  const requirements = argument.fields.get(coordinate);
  return requirements === undefined ? null : ask(requirements, coordinate);
}

/** As graphql-js coerces it: any iterable object is a list, a value that stands alone is a list of one. */
function itemsOf(value: unknown): readonly unknown[] {
  const isIterable = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return isIterable ? Array.from(value as Iterable<unknown>) : [value];
}

function first<I, T>(items: readonly I[], answer: (item: I) => T | null): T | null {
  for (const item of items) {
    const found = answer(item);
    if (found !== null) return found;
  }
  return null;
}
