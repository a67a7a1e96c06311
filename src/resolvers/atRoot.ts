import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { coordinateOf } from '../coordinate.js';

type Place = Pick<GraphQLResolveInfo, 'path' | 'operation'>;

/**
 * A field of an embedder's may lead to `Mutation` again, or queries may start at the type of mutations, or at a field with
 * a resolver of theirs. What stands there runs beside others, and an operation could log in as often as it likes.
 */
export const isAtRoot = ({ path, operation }: Place): boolean =>
  path.prev === undefined && operation.operation === OperationTypeNode.MUTATION;

export function assertIsAtRoot(info: GraphQLResolveInfo): void {
  if (isAtRoot(info)) return;
  throw new TypeError(
    `${coordinateOf(info)} is for the root of a mutation, and neither for a query nor for fields below.`,
  );
}
