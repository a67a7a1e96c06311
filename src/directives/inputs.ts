import {
  getNamedType,
  isInputObjectType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
} from 'graphql';
import type { GuardNames } from './directive.js';
import { readGuards } from './elements.js';
import { allOf, type Requirement } from './requirement.js';

/** An argument at which something is asked for: for itself, or for an input field inside of it. */
export interface GuardedArgument {
  /** `Type.field(arg:)`. */
  readonly coordinate: string;
  readonly type: GraphQLInputType;
  readonly requirements: readonly Requirement[];
  /** The input types whose fields may ask for something at some depth; a walk may stop at any other. */
  readonly guardedTypes: ReadonlySet<string>;
  /** The names of all arguments of its field. A copy that another tool made may have others. */
  readonly siblings: ReadonlySet<string>;
  /** `Input.field` → what it asks for. */
  readonly fields: ReadonlyMap<string, readonly Requirement[]>;
}

/** All that it may come to ask for: of the argument, and of input fields that may stand inside of it. */
export const everyRequirement = ({
  requirements,
  fields,
}: GuardedArgument): (readonly Requirement[])[] => [requirements, ...fields.values()];

/** What arguments and input fields ask for. */
export interface CompiledInputs {
  /** By `Input.field`: every input field. */
  readonly all: ReadonlyMap<string, readonly Requirement[]>;
  /** By name; null where no argument of the field asks for anything. */
  argumentsOf(
    type: GraphQLObjectType | GraphQLInterfaceType,
    field: GraphQLField<unknown, unknown>,
  ): ReadonlyMap<string, GuardedArgument> | null;
}

/** Throws a `TypeError` for directive arguments that cannot be meant. */
export function compileInputs(
  types: readonly GraphQLInputObjectType[],
  names: GuardNames,
): CompiledInputs {
  const all = new Map<string, readonly Requirement[]>();
  for (const type of types) {
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      all.set(coordinate, readGuards(field, coordinate, names).requirements);
    }
  }
  const fields = new Map([...all].filter(([, requirements]) => requirements.length > 0));
  const guardedTypes = typesThatReach(types, fields);

  const argumentsOf: CompiledInputs['argumentsOf'] = (type, field) => {
    const guarded = new Map<string, GuardedArgument>();
    const siblings = new Set(field.args.map(({ name }) => name));
    for (const argument of field.args) {
      const requirements = argumentRequirements(type, field.name, argument.name, names);
      const reaches = guardedTypes.has(getNamedType(argument.type).name);
      if (requirements.length === 0 && !reaches) continue;
      const coordinate = `${type.name}.${field.name}(${argument.name}:)`;
      const { name, type: argumentType } = argument;
      const reached = { siblings, guardedTypes, fields };
      guarded.set(name, { coordinate, type: argumentType, requirements, ...reached });
    }
    return guarded.size === 0 ? null : guarded;
  };
  return { all, argumentsOf };
}

/** An argument of an interface's field counts for the same argument of its implementors. */
function argumentRequirements(
  type: GraphQLObjectType | GraphQLInterfaceType,
  fieldName: string,
  argumentName: string,
  names: GuardNames,
): readonly Requirement[] {
  return allOf(
    ...[type, ...type.getInterfaces()].map((each) => {
      const argument = each.getFields()[fieldName]?.args.find(({ name }) => name === argumentName);
      if (argument === undefined) return [];
      return readGuards(argument, `${each.name}.${fieldName}(${argumentName}:)`, names)
        .requirements;
    }),
  );
}

function typesThatReach(
  types: readonly GraphQLInputObjectType[],
  guarded: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const reaching = new Set<string>();
  let before = -1;
  while (before !== reaching.size) {
    before = reaching.size;
    for (const type of types) {
      const reaches = Object.values(type.getFields()).some(
        (field) =>
          guarded.has(`${type.name}.${field.name}`) ||
          (isInputObjectType(getNamedType(field.type)) &&
            reaching.has(getNamedType(field.type).name)),
      );
      if (reaches) reaching.add(type.name);
    }
  }
  return reaching;
}
