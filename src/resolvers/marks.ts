export type Callable = (...given: never[]) => unknown;

/**
 * Adds a resolver to a set, and what tools make of it: those that put a schema together bind each resolver to its type,
 * and a bound function is another one.
 */
export function mark(resolver: Callable, marked: WeakSet<object>): void {
  marked.add(resolver);
  const bind = (...bound: [unknown, ...never[]]): Callable => {
    const made = Function.prototype.bind.apply(resolver, bound) as Callable;
    if (bound.length === 1) marked.add(made);
    return made;
  };
  Object.defineProperty(resolver, 'bind', { value: bind, configurable: true, writable: true });
}
