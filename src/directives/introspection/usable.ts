import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
} from 'graphql';
import type { CompiledSchema } from '../compile.js';
import type { Requirement } from '../requirement.js';

/** What one viewer may do, as far as it is known without an object. */
export interface Sight {
  meets(requirements: readonly Requirement[]): boolean;
  /** Under `reject` an abstract type is taken as all of its possible types for every operation, not for mutations only. */
  readonly isStrict: boolean;
}

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/**
 * The coordinates that a viewer may use: names of types, `Type.field`, `Type.field(arg:)` and `Input.field`. Of all
 * sets that the guards allow it is the largest one that makes a valid schema:
 * - a field needs its type and its required arguments, an argument its type;
 * - an input type needs its required fields, and one at least; any other type needs one usable field or member;
 * - a field of an interface, or an argument of it, needs the same of every type that implements it and is not denied
 *   as a whole.
 * What another tool has added to the schema since it was guarded is not in it.
 */
export function usableCoordinates(
  schema: GraphQLSchema,
  compiled: CompiledSchema,
  sight: Sight,
): ReadonlySet<string> {
  const search = new Search(schema, compiled, sight);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isIntrospectionType(type)) search.addType(type);
  }
  return search.settle();
}

class Search {
  readonly #usable = new Set<string>();
  /** What each coordinate needs of the others. */
  readonly #needs: (readonly [coordinate: string, isMet: () => boolean])[] = [];

  constructor(
    readonly schema: GraphQLSchema,
    readonly compiled: CompiledSchema,
    readonly sight: Sight,
  ) {}

  addType(type: GraphQLNamedType): void {
    if (isObjectType(type)) this.#addComposite(type, () => true);
    else if (isInterfaceType(type)) this.#addComposite(type, () => this.#hasObject(type));
    else if (isUnionType(type)) this.#add(type.name, [], () => this.#hasObject(type));
    else if (isInputObjectType(type)) this.#addInput(type);
    else this.#add(type.name, [], () => true);
  }

  /** Takes away what lacks something until nothing does. */
  settle(): ReadonlySet<string> {
    let before = -1;
    while (before !== this.#usable.size) {
      before = this.#usable.size;
      for (const [coordinate, isMet] of this.#needs) {
        if (this.#usable.has(coordinate) && !isMet()) this.#usable.delete(coordinate);
      }
    }
    return this.#usable;
  }

  #add(
    coordinate: string,
    requirements: readonly Requirement[] | undefined,
    isMet: () => boolean,
  ): void {
    if (requirements === undefined || !this.sight.meets(requirements)) return;
    this.#usable.add(coordinate);
    this.#needs.push([coordinate, isMet]);
  }

  #addComposite(type: Composite, hasObjects: () => boolean): void {
    const names = Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    this.#add(type.name, [], () => hasObjects() && names.some((name) => this.#usable.has(name)));
    const implementors = isInterfaceType(type) ? this.#implementorsOf(type) : [];
    for (const field of Object.values(type.getFields())) {
      this.#addField(type, field, implementors);
    }
  }

  #addField(
    type: Composite,
    field: GraphQLField<unknown, unknown>,
    implementors: readonly Composite[],
  ): void {
    const usable = this.#usable;
    const coordinate = `${type.name}.${field.name}`;
    const required = field.args.filter(isRequiredArgument).map(({ name }) => name);
    const others = (rest: string): string[] => implementors.map(({ name }) => `${name}.${rest}`);

    this.#add(
      coordinate,
      this.#requirementsOf(coordinate),
      () =>
        usable.has(type.name) &&
        usable.has(getNamedType(field.type).name) &&
        required.every((name) => usable.has(`${coordinate}(${name}:)`)) &&
        others(field.name).every((other) => usable.has(other)) &&
        // An argument may be required by an implementor alone, where the interface has a default for it.
        implementors
          .flatMap((each) => each.getFields()[field.name]?.args.filter(isRequiredArgument) ?? [])
          .every(({ name }) => usable.has(`${coordinate}(${name}:)`)),
    );
    for (const { name, type: argumentType } of field.args) {
      const argument = `${coordinate}(${name}:)`;
      this.#add(
        argument,
        this.compiled.inputs.get(argument),
        () =>
          usable.has(coordinate) &&
          usable.has(getNamedType(argumentType).name) &&
          others(`${field.name}(${name}:)`).every((other) => usable.has(other)),
      );
    }
  }

  #addInput(type: GraphQLInputObjectType): void {
    const usable = this.#usable;
    const fields = Object.values(type.getFields());
    const coordinateOf = ({ name }: { name: string }): string => `${type.name}.${name}`;
    this.#add(
      type.name,
      [],
      () =>
        fields.some((field) => usable.has(coordinateOf(field))) &&
        fields.filter(isRequiredInputField).every((field) => usable.has(coordinateOf(field))),
    );
    for (const field of fields) {
      this.#add(
        coordinateOf(field),
        this.compiled.inputs.get(coordinateOf(field)),
        () => usable.has(type.name) && usable.has(getNamedType(field.type).name),
      );
    }
  }

  /** Undefined where the guards do not know the field. */
  #requirementsOf(coordinate: string): readonly Requirement[] | undefined {
    const field = this.compiled.fields.get(coordinate);
    if (field === undefined) return undefined;
    const asksForEveryType = field.isAbstract && (this.sight.isStrict || field.isMutation);
    if (!asksForEveryType) return field.requirements;
    const { types } = this.compiled;
    return [...field.requirements, ...field.objects.flatMap(({ name }) => types.get(name) ?? [])];
  }

  /** Of a type that is denied as a whole nothing comes; of one without a usable field objects come all the same. */
  #implementorsOf(type: GraphQLInterfaceType): readonly Composite[] {
    const { objects, interfaces } = this.schema.getImplementations(type);
    return [...objects, ...interfaces].filter(({ name }) =>
      this.sight.meets(this.compiled.types.get(name) ?? []),
    );
  }

  #hasObject(type: GraphQLInterfaceType | GraphQLUnionType): boolean {
    return this.schema.getPossibleTypes(type).some(({ name }) => this.#usable.has(name));
  }
}
