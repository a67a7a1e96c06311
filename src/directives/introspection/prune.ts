import {
  getNamedType,
  GraphQLBoolean,
  GraphQLDirective,
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isSpecifiedDirective,
  isUnionType,
  type GraphQLArgumentConfig,
  type GraphQLFieldConfigMap,
  type GraphQLNamedType,
  type GraphQLType,
} from 'graphql';
import { reachableTypes } from './reachable.js';

type Keep = (coordinate: string) => boolean;

/**
 * A copy of the schema with only the usable coordinates, and of the types only those that operations can come to.
 * To be looked at, not executed: it has no resolvers. A Query type that is left with nothing gets one field which
 * says so, since GraphQL knows no schema without a field.
 */
export function pruneSchema(schema: GraphQLSchema, usable: ReadonlySet<string>): GraphQLSchema {
  const reached = reachableTypes(schema, usable);
  const copies = new Copies((coordinate) => usable.has(coordinate));
  for (const type of Object.values(schema.getTypeMap())) {
    if (reached.has(type.name)) copies.add(type);
  }
  const query = schema.getQueryType();
  const directives = schema.getDirectives().flatMap((each) => copies.directive(each) ?? []);
  return new GraphQLSchema({
    description: schema.description,
    query: query && (copies.object(query) ?? emptyQuery(query)),
    mutation: copies.object(schema.getMutationType()),
    subscription: copies.object(schema.getSubscriptionType()),
    types: copies.all(),
    directives,
  });
}

/** Copies of types that name each other, and nothing else. */
class Copies {
  readonly #types = new Map<string, GraphQLNamedType>();

  constructor(readonly keep: Keep) {}

  all(): GraphQLNamedType[] {
    return [...this.#types.values()];
  }

  object(type: GraphQLObjectType | null | undefined): GraphQLObjectType | null {
    return (type && (this.#types.get(type.name) as GraphQLObjectType | undefined)) ?? null;
  }

  add(type: GraphQLNamedType): void {
    this.#types.set(type.name, this.#copyOf(type));
  }

  /** Null where an argument that it cannot do without is not there. */
  directive(directive: GraphQLDirective): GraphQLDirective | null {
    if (isSpecifiedDirective(directive)) return directive;
    const isThere = (argument: { readonly type: GraphQLType }): boolean =>
      this.#types.has(getNamedType(argument.type).name);
    if (directive.args.some((each) => isRequiredArgument(each) && !isThere(each))) return null;
    const { args, ...config } = directive.toConfig();
    return new GraphQLDirective({
      ...config,
      astNode: null,
      args: Object.fromEntries(
        Object.entries(args)
          .filter(([, argument]) => isThere(argument))
          .map(([name, argument]) => [name, this.#argument(argument)]),
      ),
    });
  }

  #copyOf(type: GraphQLNamedType): GraphQLNamedType {
    if (isObjectType(type)) {
      return new GraphQLObjectType({
        ...type.toConfig(),
        ...bare,
        isTypeOf: null,
        interfaces: () => this.#present(type.getInterfaces()),
        fields: () => this.#fields(type),
      });
    }
    if (isInterfaceType(type)) {
      return new GraphQLInterfaceType({
        ...type.toConfig(),
        ...bare,
        resolveType: null,
        interfaces: () => this.#present(type.getInterfaces()),
        fields: () => this.#fields(type),
      });
    }
    if (isUnionType(type)) {
      const members = () => this.#present(type.getTypes());
      return new GraphQLUnionType({
        ...type.toConfig(),
        ...bare,
        resolveType: null,
        types: members,
      });
    }
    return isInputObjectType(type) ? this.#inputOf(type) : type;
  }

  #inputOf(type: GraphQLInputObjectType): GraphQLInputObjectType {
    const { fields, ...config } = type.toConfig();
    const kept = Object.entries(fields).filter(([name]) => this.keep(`${type.name}.${name}`));
    return new GraphQLInputObjectType({
      ...config,
      ...bare,
      fields: () => Object.fromEntries(kept.map(([name, field]) => [name, this.#argument(field)])),
    });
  }

  #fields(type: GraphQLObjectType | GraphQLInterfaceType): GraphQLFieldConfigMap<unknown, unknown> {
    const kept = Object.values(type.getFields()).filter(({ name }) =>
      this.keep(`${type.name}.${name}`),
    );
    return Object.fromEntries(
      kept.map(({ name, type: returned, args, description, deprecationReason }) => [
        name,
        {
          description,
          deprecationReason,
          type: this.#ofCopies(returned),
          args: Object.fromEntries(
            args
              .filter((argument) => this.keep(`${type.name}.${name}(${argument.name}:)`))
              .map((argument) => [argument.name, this.#argument(argument)]),
          ),
        },
      ]),
    );
  }

  /** Of an argument, or of an input field. */
  #argument({
    description,
    deprecationReason,
    defaultValue,
    type,
  }: GraphQLArgumentConfig): GraphQLArgumentConfig {
    return { description, deprecationReason, defaultValue, type: this.#ofCopies(type) };
  }

  #present<T extends GraphQLNamedType>(types: readonly T[]): T[] {
    return types.flatMap(({ name }) => (this.#types.get(name) as T | undefined) ?? []);
  }

  #ofCopies<T extends GraphQLType>(type: T): T {
    if (isListType(type)) return new GraphQLList(this.#ofCopies(type.ofType)) as T & GraphQLType;
    if (isNonNullType(type)) {
      return new GraphQLNonNull(this.#ofCopies(type.ofType)) as T & GraphQLType;
    }
    return this.#types.get(getNamedType(type).name) as T & GraphQLType;
  }
}

/** Syntax trees and what tools have attached name more than the viewer may see. */
const bare = { astNode: null, extensionASTNodes: [], extensions: {} };

function emptyQuery(query: GraphQLObjectType): GraphQLObjectType {
  let name = '_empty';
  // Nothing hidden is named, not even by chance.
  while (Object.hasOwn(query.getFields(), name)) name = `${name}_`;
  return new GraphQLObjectType({
    name: query.name,
    fields: {
      [name]: {
        type: GraphQLBoolean,
        description:
          'Nothing can be asked with what this request has presented. It does not exist.',
      },
    },
  });
}
