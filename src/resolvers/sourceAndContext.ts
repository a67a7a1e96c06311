const marked = new WeakSet<object>();

type Callable = (...given: never[]) => unknown;

/**
 * Marks the resolvers of a type that look at their source and the context alone: whoever runs them need not make `args`
 * and `info`, which cost more than what these do. Only for functions that have no way to see the difference.
 */
export function bySourceAndContext<Resolvers extends object>(resolvers: Resolvers): Resolvers {
  for (const resolver of Object.values(resolvers)) {
    if (typeof resolver === 'function') mark(resolver as Callable);
  }
  return resolvers;
}

/** Tools that put a schema together bind each resolver to its type, and a bound function is another one. */
function mark(resolver: Callable): void {
  marked.add(resolver);
  const bind = (...bound: [unknown, ...never[]]): Callable => {
    const made = Function.prototype.bind.apply(resolver, bound) as Callable;
    if (bound.length === 1) marked.add(made);
    return made;
  };
  Object.defineProperty(resolver, 'bind', { value: bind, configurable: true, writable: true });
}

export const needsOnlySourceAndContext = (resolver: object): boolean => marked.has(resolver);
