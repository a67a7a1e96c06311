import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { loginRequirement } from './authenticated.js';
import type { GuardNames } from './directive.js';
import { readGuards, type Guards } from './elements.js';
import { guardNames } from './federationNames.js';
import { compileInputs, type GuardedArgument } from './inputs.js';
import { assertPublicMakesSense } from './public.js';
import { allOf, type Requirement } from './requirement.js';

/** `granular`: only what directives name is guarded. `protect-all`: every root field asks for a login as well. */
export type GuardMode = 'granular' | 'protect-all';

/** What selecting one field asks for. */
export interface GuardedField {
  /** `Type.field`. */
  readonly coordinate: string;
  /** Of the field, of its parent type and of the type that it returns, with all their interfaces. */
  readonly requirements: readonly Requirement[];
  /** The arguments at which something is asked for, by name; null where there are none. */
  readonly inputs: ReadonlyMap<string, GuardedArgument> | null;
  /** The object types that may stand here: one where it is concrete, none where it is a leaf. */
  readonly objects: readonly GraphQLObjectType[];
  /** Whether the object that comes decides about requirements which are not the field's own. */
  readonly isAbstract: boolean;
  /** A denied mutation has no effect: its abstract type is taken as all of its possible types. */
  readonly isMutation: boolean;
  /** A field that logs in: what is selected below it is seen by the viewer whom its payload names. */
  readonly isCredential: boolean;
}

/** A schema with what each of its coordinates asks for. Pure data; enforces nothing. */
export interface CompiledSchema {
  readonly schema: GraphQLSchema;
  /** By name: what a type asks for, with all its interfaces. */
  readonly types: ReadonlyMap<string, readonly Requirement[]>;
  /** By coordinate: every field of every object and interface. */
  readonly fields: ReadonlyMap<string, GuardedField>;
  /** By `Input.field` and `Type.field(arg:)`: every argument and input field by itself. */
  readonly inputs: ReadonlyMap<string, readonly Requirement[]>;
  /** Every scope that any directive names, in alphabetical order. */
  readonly scopes: readonly string[];
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/** Throws a `TypeError` for arguments that cannot be meant and for a misplaced `@public`. */
export function compileSchema(
  schema: GraphQLSchema,
  options: { mode: GuardMode; credentialFields: ReadonlySet<string> },
): CompiledSchema {
  const names = guardNames(schema);
  const named = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const types = new Map(named.map((type) => [type.name, typeRequirements(type, names)]));
  const compiledInputs = compileInputs(named.filter(isInputObjectType), names);
  const fields = new Map<string, GuardedField>();
  const inputs = new Map(compiledInputs.all);

  for (const type of named) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const returned = getNamedType(field.type);
      const guardedArguments = compiledInputs.argumentsOf(type, field);
      for (const { name } of field.args) {
        inputs.set(`${coordinate}(${name}:)`, guardedArguments?.get(name)?.requirements ?? []);
      }
      fields.set(coordinate, {
        coordinate,
        requirements: allOf(
          fieldRequirements(schema, type, field, { names, mode: options.mode }),
          types.get(type.name) ?? [],
          types.get(returned.name) ?? [],
        ),
        inputs: guardedArguments,
        objects: objectsOf(schema, returned),
        isAbstract: isAbstractType(returned),
        isMutation: type === schema.getMutationType(),
        isCredential: options.credentialFields.has(coordinate),
      });
    }
  }
  const asked = [
    ...types.values(),
    ...[...fields.values()].map(({ requirements }) => requirements),
    ...inputs.values(),
  ].flat();
  return {
    schema,
    types,
    fields,
    inputs,
    scopes: [...new Set(asked.flatMap(({ scopes }) => scopes))].sort(),
  };
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

function typeRequirements(type: GraphQLNamedType, names: GuardNames): readonly Requirement[] {
  if (!isObjectType(type) && !isInterfaceType(type) && !isLeafType(type)) return [];
  const interfaces = isLeafType(type) ? [] : type.getInterfaces();
  return allOf(
    ...[type, ...interfaces].map((each) => readGuards(each, each.name, names).requirements),
  );
}

/** Of the field itself and of the same field of every interface, with the login that `protect-all` adds. */
function fieldRequirements(
  schema: GraphQLSchema,
  type: Composite,
  field: GraphQLField<unknown, unknown>,
  { names, mode }: { names: GuardNames; mode: GuardMode },
): readonly Requirement[] {
  const coordinate = `${type.name}.${field.name}`;
  const own = readGuards(field, coordinate, names);
  const requirements = allOf(own.requirements, ...inheritedGuards(type, field.name, names));
  const isRoot = isRootType(schema, type);
  if (own.isPublic) {
    assertPublicMakesSense(coordinate, {
      isRoot,
      ownRequirements: requirements,
      typeRequirements: typeRequirements(type, names),
    });
  }
  const asksForLogin = mode === 'protect-all' && isRoot && !own.isPublic;
  return asksForLogin ? allOf(requirements, [loginRequirement]) : requirements;
}

function inheritedGuards(
  type: Composite,
  fieldName: string,
  names: GuardNames,
): Guards['requirements'][] {
  return type.getInterfaces().flatMap((parent) => {
    const field = parent.getFields()[fieldName];
    return field === undefined
      ? []
      : [readGuards(field, `${parent.name}.${fieldName}`, names).requirements];
  });
}

/** Whether operations start at this type. */
export const isRootType = (schema: GraphQLSchema, type: GraphQLNamedType): boolean =>
  type === schema.getQueryType() ||
  type === schema.getMutationType() ||
  type === schema.getSubscriptionType();
