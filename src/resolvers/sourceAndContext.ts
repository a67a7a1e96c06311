import { mark, type Callable } from './marks.js';

const marked = new WeakSet<object>();

/**
 * Marks the resolvers of a type that look at their source and the context alone: whoever runs them need not make `args`
 * and `info`, which cost more than what these do. Only for functions that have no way to see the difference.
 */
export function bySourceAndContext<Resolvers extends object>(resolvers: Resolvers): Resolvers {
  for (const resolver of Object.values(resolvers)) {
    if (typeof resolver === 'function') mark(resolver as Callable, marked);
  }
  return resolvers;
}

export const needsOnlySourceAndContext = (resolver: object): boolean => marked.has(resolver);
