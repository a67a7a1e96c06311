import { OperationTypeNode, isObjectType, type GraphQLSchema } from 'graphql';
import { assertIsSchema } from '../directives/schemaGiven.js';
import type { Api } from './renaming.js';

const operations = [
  ['Query', OperationTypeNode.QUERY, 'queries'],
  ['Mutation', OperationTypeNode.MUTATION, 'mutations'],
] as const;

/**
 * Throws one TypeError where a schema starts its operations at other types than ours: no document reaches our fields
 * there, and what fails in them, if anything does, says something else. `isOurs` knows our resolvers.
 */
export function assertRootsAreReached(
  schema: GraphQLSchema,
  roots: Api['roots'],
  isOurs: (resolver: unknown) => boolean,
): void {
  assertIsSchema(schema);
  const problems = operations.flatMap(([name, operation, plural]) => {
    const root = roots[name];
    const type = schema.getType(root);
    const start = schema.getRootType(operation);
    if (start?.name === root || !isObjectType(type)) return [];
    // A type of somebody's own may be called so as well.
    if (!Object.values(type.getFields()).some(({ resolve }) => isOurs(resolve))) return [];
    return start
      ? `Nothing leads to our fields in ${root}: ${plural} of this schema start at ${start.name}. Call ours the same: createAuth({ names: { ${name}: '${start.name}' } }).`
      : `Nothing leads to our fields in ${root}: this schema has no ${plural}. Add them to its definition: schema { ${operation}: ${root} }.`;
  });
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
}
