import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import { typeRequirements, type CompiledSchema } from './compile.js';
import { guardNames } from './federationNames.js';
import { allOf, type Requirement } from './requirement.js';

/**
 * The coordinates at which resolvers were guarded. A tool that copies or renames a field takes its resolver along;
 * one that wraps it leaves no trace here.
 */
const guardedAt = new WeakMap<object, string>();

/** Notes which coordinate a resolver guards, whatever other tools call it later. */
export function markGuarded<R extends object>(resolver: R, coordinate: string): R {
  guardedAt.set(resolver, coordinate);
  return resolver;
}

/** Undefined where none of our guards is around the resolver. */
export const coordinateGuardedAt = (resolver: object | undefined): string | undefined =>
  resolver && guardedAt.get(resolver);

/** By the extensions of fields, which tools leave as they are where they rename a field and wrap its resolver. */
const bornAt = new WeakMap<object, string>();

/** Notes what the fields of a schema are called, in place. */
export function markFields(schema: GraphQLSchema): void {
  for (const { coordinate, field } of fieldsIn(schema)) {
    // Of its own, for others may have given several fields the same. graphql-js copies what has a prototype.
    field.extensions = Object.assign(Object.create(null) as object, field.extensions);
    bornAt.set(field.extensions, coordinate);
  }
}

/**
 * The coordinate whose guard a field of a copy is taken to have, to judge operations as a whole: it enforces nothing, for
 * only a resolver can. `isKnown` tells the coordinates of before.
 */
export function originOf(
  { coordinate, field }: FieldAt,
  isKnown: (coordinate: string) => boolean,
): string {
  const guards = coordinateGuardedAt(field.resolve);
  if (guards !== undefined) return guards;
  return isKnown(coordinate) ? coordinate : (bornAt.get(field.extensions) ?? coordinate);
}

interface FieldAt {
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Of every object and interface. */
export function* fieldsIn(schema: GraphQLSchema): Generator<FieldAt, undefined> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      yield { coordinate: `${type.name}.${field.name}`, field };
    }
  }
}

/**
 * Whether each name means in a schema that is executed what it meant when the guards were read. Where it does not, a
 * plan made of names is no ground to let anything through.
 */
export function isAsCompiled(compiled: CompiledSchema, schema: GraphQLSchema): boolean {
  return Object.values(schema.getTypeMap()).every((type) => {
    if (type.name.startsWith('__')) return true;
    const before = compiled.types.get(type.name);
    const now = requirementsOfType(compiled, schema, type.name);
    if (before === undefined || before.length !== now.length) return false;
    if (isAbstractType(type)) return hasNoMoreTypes(type, { schema, before: compiled.schema });
    if (!isObjectType(type)) return true;
    return Object.values(type.getFields()).every(({ name, resolve, type: returned }) => {
      const coordinate = `${type.name}.${name}`;
      const guards = coordinateGuardedAt(resolve) ?? coordinate;
      if (guards !== coordinate) return false;
      return compiled.fields.get(coordinate)?.returned === getNamedType(returned).name;
    });
  });
}

/** Whether each object that may stand for an abstract type could stand for it before. */
function hasNoMoreTypes(
  type: GraphQLAbstractType,
  { schema, before }: Record<'schema' | 'before', GraphQLSchema>,
): boolean {
  const known = before.getType(type.name);
  if (!isAbstractType(known)) return false;
  const names = new Set(before.getPossibleTypes(known).map(({ name }) => name));
  return schema.getPossibleTypes(type).every(({ name }) => names.has(name));
}

const lateRequirements = new WeakMap<GraphQLSchema, Map<string, readonly Requirement[]>>();

/**
 * What a type asks for in the schema that is executed: what its name asked for when the guards were read, and where
 * another tool has renamed or added types since, what stands on the type itself, too.
 */
export function requirementsOfType(
  { schema: guarded, types }: CompiledSchema,
  schema: GraphQLSchema,
  name: string,
): readonly Requirement[] {
  const before = types.get(name) ?? [];
  if (schema === guarded) return before;
  let late = lateRequirements.get(schema);
  if (late === undefined) {
    late = new Map<string, readonly Requirement[]>();
    lateRequirements.set(schema, late);
  }
  let own = late.get(name);
  if (own === undefined) {
    const type = schema.getType(name);
    own = type === undefined ? [] : typeRequirements(type, guardNames(schema));
    late.set(name, own);
  }
  return own.length === 0 ? before : allOf(before, own);
}

/**
 * Throws a `TypeError` where a field was added with a guard after the schema was guarded: nothing enforces that one.
 * Fields whose resolvers are wrapped, and guards that were there before, are not its business.
 */
export function assertNothingIsUnguarded(guarded: CompiledSchema, copy: CompiledSchema): void {
  for (const type of Object.values(copy.schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const { name, resolve } of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${name}`;
      const asks = copy.fields.get(coordinate)?.requirements ?? [];
      const isGuarded = resolve !== undefined && guardedAt.has(resolve);
      if (asks.length === 0 || isGuarded || guarded.fields.has(coordinate)) continue;
      throw new TypeError(
        `${coordinate}: ${asks[0]?.directive} is not enforced, because the field came after guard(schema). Call guard(schema) last of all.`,
      );
    }
  }
}
