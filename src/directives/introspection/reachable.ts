import {
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/**
 * The names of the types that a schema is left with when only the usable coordinates stay: what operations can
 * come to, with the interfaces of it and what its arguments take. A type that merely implements such an interface is
 * not among them.
 */
export function reachableTypes(
  schema: GraphQLSchema,
  usable: ReadonlySet<string>,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const obtained = new Set<string>();
  // A list, not recursion: a chain of types may be longer than the stack is deep.
  const queue: (() => void)[] = [];

  const mention = (type: GraphQLNamedType): void => {
    if (reached.has(type.name) || !usable.has(type.name)) return;
    reached.add(type.name);
    queue.push(() => {
      partsOf(type, usable).forEach(mention);
    });
  };

  /** An object of this type may come: an abstract type brings its possible types, an object its fields. */
  const obtain = (type: GraphQLNamedType): void => {
    mention(type);
    if (obtained.has(type.name) || !usable.has(type.name)) return;
    obtained.add(type.name);
    queue.push(() => {
      if (isAbstractType(type)) schema.getPossibleTypes(type).forEach(obtain);
      else if (isObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          if (usable.has(`${type.name}.${field.name}`)) obtain(getNamedType(field.type));
        }
      }
    });
  };

  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const root of roots) if (root) obtain(root);
  for (const { args } of schema.getDirectives()) {
    for (const argument of args) mention(getNamedType(argument.type));
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) next();
  return reached;
}

/** The types that a type names in its own definition, but for the members of a union. */
function partsOf(type: GraphQLNamedType, usable: ReadonlySet<string>): GraphQLNamedType[] {
  if (isInputObjectType(type)) {
    return Object.values(type.getFields())
      .filter(({ name }) => usable.has(`${type.name}.${name}`))
      .map((field) => getNamedType(field.type));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields()).filter(({ name }) =>
    usable.has(`${type.name}.${name}`),
  );
  return [
    ...type.getInterfaces(),
    ...fields.flatMap((field) => [
      getNamedType(field.type),
      ...field.args
        .filter(({ name }) => usable.has(`${type.name}.${field.name}(${name}:)`))
        .map((argument) => getNamedType(argument.type)),
    ]),
  ];
}
