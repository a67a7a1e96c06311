import {
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type FieldNode,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql';
import { entryOf } from './entryOf.js';
import type { GuardedArgument } from './inputs.js';
import type { Requirement } from './requirement.js';
import type { Variables } from './variables.js';

/** An argument or an input field that the operation supplies, and that asks for something. */
export interface Supplied {
  readonly coordinate: string;
  readonly requirements: readonly Requirement[];
}

type Arguments = ReadonlyMap<string, GuardedArgument>;

/** What was found, in the order of the document, each once: a list may hold a field a hundred thousand times. */
type Found = Map<string, readonly Requirement[]>;

/**
 * What one operation supplies to the guarded arguments of its fields, at any depth: literals, explicit nulls, provided
 * variables, the operation's own defaults of its variables. Schema defaults and omitted variables are not supplied.
 * Each field and each variable is looked at once, however often it is asked for: a variable may be large, and stand
 * in many places.
 */
export class SuppliedInputs {
  readonly #variables: Variables;
  readonly #ofFields = new Map<Arguments, Map<FieldNode, readonly Supplied[]>>();
  // By the text of the type: each argument has its own list type.
  readonly #ofLiterals = new Map<string, Map<ValueNode, Found>>();
  readonly #ofVariables = new Map<string, Map<string, Found>>();

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  to(inputs: Arguments, node: FieldNode): readonly Supplied[] {
    const ofNodes = entryOf(this.#ofFields, inputs, () => new Map<FieldNode, Supplied[]>());
    return entryOf(ofNodes, node, () => this.#find(inputs, node));
  }

  #find(inputs: Arguments, { arguments: given = [] }: FieldNode): readonly Supplied[] {
    return given.flatMap(({ name, value }) => {
      const argument = inputs.get(name.value);
      if (!this.#isSupplied(value)) return [];
      if (argument === undefined) return unknownTo(inputs, name.value);
      const { coordinate, requirements } = argument;
      const found = this.#inside(argument, value);
      const inside = Array.from(found, ([at, asked]) => ({ coordinate: at, requirements: asked }));
      return requirements.length === 0 ? inside : [{ coordinate, requirements }, ...inside];
    });
  }

  /** Looked at once for all fields that take this type: each type behind an interface has one of its own. */
  #inside(argument: GuardedArgument, node: ValueNode): Found {
    const ofNodes = entryOf(
      this.#ofLiterals,
      String(argument.type),
      () => new Map<ValueNode, Found>(),
    );
    return entryOf(ofNodes, node, () => {
      const found: Found = new Map();
      this.#addLiteral(found, argument, node, argument.type);
      return found;
    });
  }

  #isSupplied(node: ValueNode): boolean {
    return node.kind !== Kind.VARIABLE || this.#variables.lookup(node.name.value) !== undefined;
  }

  #addLiteral(
    found: Found,
    argument: GuardedArgument,
    node: ValueNode,
    type: GraphQLInputType,
  ): void {
    if (node.kind === Kind.VARIABLE) this.#addVariable(found, argument, node.name.value, type);
    else if (isNonNullType(type)) this.#addLiteral(found, argument, node, type.ofType);
    else if (isListType(type)) {
      const items = node.kind === Kind.LIST ? node.values : [node];
      for (const item of items) this.#addLiteral(found, argument, item, type.ofType);
    } else if (
      isInputObjectType(type) &&
      node.kind === Kind.OBJECT &&
      argument.guardedTypes.has(type.name)
    ) {
      const fields = type.getFields();
      for (const { name, value } of node.fields) {
        const field = fields[name.value];
        if (!this.#isSupplied(value)) continue;
        if (field === undefined) {
          addAll(found, argument.fields);
          continue;
        }
        addField(found, argument, `${type.name}.${field.name}`);
        this.#addLiteral(found, argument, value, field.type);
      }
    }
  }

  /** Of one schema all guarded arguments have the same input fields: what is found does not depend on the argument. */
  #addVariable(
    found: Found,
    argument: GuardedArgument,
    name: string,
    type: GraphQLInputType,
  ): void {
    const ofNames = entryOf(this.#ofVariables, String(type), () => new Map<string, Found>());
    const inside = entryOf(ofNames, name, () => {
      const here: Found = new Map();
      const supplied = this.#variables.lookup(name);
      if (supplied === undefined) return here;
      if ('literal' in supplied) this.#addLiteral(here, argument, supplied.literal, type);
      else this.#addValue(here, argument, supplied.value, type);
      return here;
    });
    addAll(found, inside);
  }

  #addValue(found: Found, argument: GuardedArgument, value: unknown, type: GraphQLInputType): void {
    if (isNonNullType(type)) this.#addValue(found, argument, value, type.ofType);
    else if (isListType(type)) {
      for (const item of itemsOf(value)) this.#addValue(found, argument, item, type.ofType);
    } else if (
      isInputObjectType(type) &&
      typeof value === 'object' &&
      value !== null &&
      argument.guardedTypes.has(type.name)
    ) {
      const known = type.getFields();
      const isUnknown = ([name, inner]: [string, unknown]): boolean =>
        !Object.hasOwn(known, name) && !this.#variables.isFilledIn(inner, type.name, name);
      if (Object.entries(value).some(isUnknown)) addAll(found, argument.fields);
      for (const field of Object.values(known)) {
        const inner = (value as Record<string, unknown>)[field.name];
        if (this.#variables.isOmitted(inner, field, type.name)) continue;
        addField(found, argument, `${type.name}.${field.name}`);
        this.#addValue(found, argument, inner, field.type);
      }
    }
  }
}

function addField(found: Found, { fields }: GuardedArgument, coordinate: string): void {
  const requirements = fields.get(coordinate);
  if (requirements !== undefined) found.set(coordinate, requirements);
}

function addAll(found: Found, more: ReadonlyMap<string, readonly Requirement[]>): void {
  for (const [coordinate, requirements] of more) found.set(coordinate, requirements);
}

/** On a copy that another tool has renamed: nobody knows what it stands for, so it counts as all that is guarded. */
function unknownTo(inputs: Arguments, name: string): Supplied[] {
  const all: Supplied[] = [];
  for (const argument of inputs.values()) {
    if (argument.siblings.has(name)) return [];
    const { coordinate, requirements, fields } = argument;
    if (requirements.length > 0) all.push({ coordinate, requirements });
    for (const [at, asked] of fields) all.push({ coordinate: at, requirements: asked });
  }
  return all;
}

/** As graphql-js coerces it: any iterable object is a list, a value that stands alone is a list of one. */
function itemsOf(value: unknown): Iterable<unknown> {
  const isIterable = typeof value === 'object' && value !== null && Symbol.iterator in value;
  return isIterable ? (value as Iterable<unknown>) : [value];
}
