import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { createAttachments } from '../attachments.js';
import { payloadOf } from '../payload.js';
import type { ViewerContext } from '../viewer.js';

/** A context that lives longer than an operation keeps its payload, and a later one may use the same response key. */
const operationOf = createAttachments<object, OperationDefinitionNode>();

/** To be called when a field that logs in has run: what it has set counts in this operation alone. */
export function bindPayload(context: unknown, { operation }: GraphQLResolveInfo): void {
  const payload = payloadOf(context);
  if (payload && operationOf.get(payload) === undefined) operationOf.set(payload, operation);
}

/**
 * The context that counts at a position: below a root field that has logged somebody in it is the one which that
 * field has set, elsewhere the request's.
 */
export function contextAt<C>(
  context: C,
  { path, operation }: Pick<GraphQLResolveInfo, 'path' | 'operation'>,
): C | ViewerContext {
  const payload = payloadOf(context);
  if (!payload || path.prev === undefined || operationOf.get(payload) !== operation) return context;
  let root = path;
  while (root.prev !== undefined) root = root.prev;
  return root.key === payload.key ? payload.context : context;
}
