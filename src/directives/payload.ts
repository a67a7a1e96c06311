import type { GraphQLResolveInfo } from 'graphql';
import type { ViewerContext } from '../viewer.js';

/**
 * The context that counts at a position: below a root field that has logged somebody in it is the one which that
 * field has set, elsewhere the request's.
 */
export function contextAt<C>(context: C, path: GraphQLResolveInfo['path']): C | ViewerContext {
  const payload = (context as Partial<ViewerContext> | null | undefined)?.payload;
  if (!payload || path.prev === undefined) return context;
  let root = path;
  while (root.prev !== undefined) root = root.prev;
  return root.key === payload.key ? payload.context : context;
}
