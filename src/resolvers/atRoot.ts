import type { GraphQLResolveInfo } from 'graphql';
import { coordinateOf } from '../coordinate.js';

/**
 * A field of an embedder's may lead to `Mutation` again. What stands there runs beside others, and an operation could
 * log in as often as it likes.
 */
export const isAtRoot = (path: GraphQLResolveInfo['path']): boolean => path.prev === undefined;

export function assertIsAtRoot(info: GraphQLResolveInfo): void {
  if (isAtRoot(info.path)) return;
  throw new TypeError(`${coordinateOf(info)} is for the root of a mutation, not for fields below.`);
}
