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
import { entryOf } from './entryOf.js';
import { guardNames } from './federationNames.js';
import { serviceCoordinate, serviceRequirement } from './federationService.js';
import { compileInputs, everyRequirement, type GuardedArgument } from './inputs.js';
import { assertPublicMakesSense } from './public.js';
import {
  allOf,
  isPolicyRequirement,
  type PolicyRequirement,
  type Requirement,
} from './requirement.js';

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
  /** Those of the field itself that may need its parent object; also asked of its arguments, see `inputs`. */
  readonly aboutParent: readonly PolicyRequirement[];
  /** Those of the types that may stand here which may need the value. */
  readonly aboutValue: readonly PolicyRequirement[];
  /** Whether anything that it may come to ask for is a policy. */
  readonly hasPolicies: boolean;
  /** The object types that may stand here: one where it is concrete, none where it is a leaf. */
  readonly objects: readonly GraphQLObjectType[];
  /** Whether the object that comes decides about requirements which are not the field's own. */
  readonly isAbstract: boolean;
  /** A denied mutation has no effect: its abstract type is taken as all of its possible types. */
  readonly isMutation: boolean;
  /** Whether the field has a guard of its own, that of its types and of the mode not counted. */
  readonly isGuardedItself: boolean;
  /** The name of the type that it returns, without lists and non-null. */
  readonly returned: string;
  /** A field that logs in: what is selected below it is seen by the viewer whom its payload names. */
  readonly isCredential: boolean;
  /** In a copy of a guarded schema: a field that another tool has added, of whose resolver nothing is known. */
  readonly isLate: boolean;
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

export interface CompileOptions {
  readonly mode: GuardMode;
  readonly credentialFields: ReadonlySet<string>;
  /** Another tool may have renamed a field before it was guarded. */
  readonly isCredentialResolver: (resolver: unknown) => boolean;
  /** Whether introspection shows a viewer only what they may use: then `_service`, which shows all, asks for a scope. */
  readonly filterIntrospection: boolean;
  /** Whether a policy of this name is asked about objects. */
  readonly isPerObject: (policy: string) => boolean;
}

/** Throws a `TypeError` for arguments that cannot be meant and for a misplaced `@public`. */
export function compileSchema(schema: GraphQLSchema, options: CompileOptions): CompiledSchema {
  const names = guardNames(schema);
  const named = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const types = new Map(named.map((type) => [type.name, typeRequirements(type, names)]));
  const compiledInputs = compileInputs(named.filter(isInputObjectType), names);
  const service = options.filterIntrospection ? serviceCoordinate(schema) : null;
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
      const own = fieldRequirements(schema, type, field, { names, mode: options.mode });
      const ofReturned = types.get(returned.name) ?? [];
      const ofService = coordinate === service ? [serviceRequirement] : [];
      const requirements = allOf(own, types.get(type.name) ?? [], ofReturned, ofService);
      const objects = objectsOf(schema, returned);
      const isAbstract = isAbstractType(returned);
      const isMutation = type === schema.getMutationType();
      const asked = [requirements, ...objects.map(({ name }) => types.get(name) ?? [])];
      for (const argument of guardedArguments?.values() ?? []) {
        asked.push(...everyRequirement(argument));
      }
      fields.set(coordinate, {
        coordinate,
        requirements,
        inputs: guardedArguments,
        aboutParent: aboutObjects(own, options),
        aboutValue: aboutObjects(
          isAbstract ? allOf(...objects.map(({ name }) => types.get(name) ?? [])) : ofReturned,
          options,
        ),
        hasPolicies: asked.some((list) => list.some(isPolicyRequirement)),
        objects,
        isAbstract,
        isMutation,
        isGuardedItself: ownGuards(type, field, names).requirements.length > 0,
        returned: returned.name,
        isCredential:
          options.credentialFields.has(coordinate) ||
          (isMutation && options.isCredentialResolver(field.resolve)),
        isLate: false,
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

function aboutObjects(
  requirements: readonly Requirement[],
  { isPerObject }: CompileOptions,
): readonly PolicyRequirement[] {
  return requirements
    .filter(isPolicyRequirement)
    .filter(({ policies }) => policies.flat().some(isPerObject));
}

/** By a type: the list of it alone. */
const alone = new WeakMap<GraphQLObjectType, readonly GraphQLObjectType[]>();
const none: readonly GraphQLObjectType[] = [];

/** The same list for all fields of one type: by it is known what was found out about all of them. */
function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? entryOf(alone, type, () => [type]) : none;
}

/** Of the type itself and of all its interfaces. */
export function typeRequirements(
  type: GraphQLNamedType,
  names: GuardNames,
): readonly Requirement[] {
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
  const { requirements, isPublic } = ownGuards(type, field, names);
  const isRoot = isRootType(schema, type);
  if (isPublic) {
    assertPublicMakesSense(`${type.name}.${field.name}`, {
      isRoot,
      ownRequirements: requirements,
      typeRequirements: typeRequirements(type, names),
    });
  }
  const asksForLogin = mode === 'protect-all' && isRoot && !isPublic;
  return asksForLogin ? allOf(requirements, [loginRequirement]) : requirements;
}

/** Of the field itself and of the same field of every interface. */
function ownGuards(
  type: Composite,
  field: GraphQLField<unknown, unknown>,
  names: GuardNames,
): Guards {
  const own = readGuards(field, `${type.name}.${field.name}`, names);
  const inherited = inheritedGuards(type, field.name, names);
  return { requirements: allOf(own.requirements, ...inherited), isPublic: own.isPublic };
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

/** Whether anything may be denied at a field. */
export const asks = (compiled: CompiledSchema, field: GuardedField): boolean =>
  field.requirements.length > 0 || field.inputs !== null || asksOf(compiled, field.objects);

/** Whether any of these objects may be denied for its type. */
export const asksOf = ({ types }: CompiledSchema, objects: readonly GraphQLObjectType[]): boolean =>
  objects.some(({ name }) => types.get(name)?.length);
