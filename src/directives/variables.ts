import { isDeepStrictEqual } from 'node:util';
import {
  getVariableValues,
  isInputObjectType,
  type GraphQLInputField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';

/** The variables of one execution, as far as they tell what the operation has supplied. */
export interface Variables {
  /** Coerced, for `@skip` and `@include`. */
  readonly coerced: Readonly<Record<string, unknown>>;
  /** Undefined when it was omitted and the operation has no default for it. */
  lookup(name: string): { readonly literal: ValueNode } | { readonly value: unknown } | undefined;
  /** Whether a field inside the value of a variable was left out. */
  isOmitted(value: unknown, field: GraphQLInputField, typeName: string): boolean;
  /** Whether a field that the guards do not know holds what the schema in use fills in. */
  isFilledIn(value: unknown, typeName: string, name: string): boolean;
}

type Values = Readonly<Record<string, unknown>>;

/** The variables as the request brought them: exact. */
export function rawVariables(
  operation: OperationDefinitionNode,
  raw: Values,
  coerced: Values,
): Variables {
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue,
    ]),
  );
  return {
    coerced,
    lookup(name) {
      if (Object.hasOwn(raw, name)) return { value: raw[name] };
      const literal = defaults.get(name);
      return literal === undefined ? inheritedIn(coerced, name) : { literal };
    },
    isOmitted: (value) => value === undefined,
    isFilledIn: () => false,
  };
}

/**
 * The variables as resolvers see them, all that graphql-js shows of them during execution. Schema defaults are
 * filled in already, so a field inside a variable that equals its default counts as left out: the resolver gets the
 * same value either way, so nothing can be done with it that leaving it out would not do.
 */
export function coercedVariables(coerced: Values, schema: GraphQLSchema): Variables {
  const isDefault = (value: unknown, defaultValue: unknown): boolean =>
    defaultValue !== undefined && isSameInput(value, defaultValue, Object.is);
  // Tools that copy a schema read its defaults anew.
  const isFilledIn = (value: unknown, typeName: string, name: string): boolean => {
    const type = schema.getType(typeName);
    return isInputObjectType(type) && isDefault(value, type.getFields()[name]?.defaultValue);
  };
  return {
    isFilledIn,
    coerced,
    lookup: (name) =>
      Object.hasOwn(coerced, name) ? { value: coerced[name] } : inheritedIn(coerced, name),
    isOmitted: (value, { name, defaultValue }, typeName) =>
      value === undefined || isDefault(value, defaultValue) || isFilledIn(value, typeName, name),
  };
}

/**
 * Before 16.13.2 graphql-js takes a variable inside of a literal from the prototype of the variables, too: `$toString`,
 * or any after `$__proto__` was an object. What reaches a resolver was supplied.
 */
function inheritedIn(coerced: Values, name: string): { readonly value: unknown } | undefined {
  const value = coerced[name];
  return value === undefined ? undefined : { value };
}

/** Each error quotes the whole value: thousands of unknown fields in one, all told of, take half a minute. */
const atTheFirst = { maxErrors: 0 };

/** What graphql-js makes of the raw variables; null where they are wrong, and execution refuses them itself. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  raw: Values,
): Values | null {
  const { variableDefinitions } = operation;
  if (variableDefinitions === undefined || variableDefinitions.length === 0) return {};
  return getVariableValues(schema, variableDefinitions, raw, atTheFirst).coerced ?? null;
}

/** Whether two coerced values are the same to a resolver: graphql-js makes input objects with and without a prototype. */
export function isSameInput(
  one: unknown,
  other: unknown,
  isSame: (one: unknown, other: unknown) => boolean = isDeepStrictEqual,
): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length && one.every((item, at) => isSameInput(item, other[at], isSame))
    );
  }
  if (!isInputObject(one) || !isInputObject(other)) return isSame(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSameInput(one[key], other[key], isSame))
  );
}

function isInputObject(value: unknown): value is Values {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
