import type { Resolver } from './policedField.js';

interface Behind {
  readonly resolver: Resolver;
  /** Null where the wrapper enforces nothing. */
  readonly coordinate: string | null;
}

const behind = new WeakMap<Resolver, Behind>();

/** Notes which resolver is behind a wrapper of ours, and the coordinate whose guards the wrapper enforces. */
export function noteBehind(
  wrapper: Resolver,
  resolver: Resolver,
  coordinate: string | null,
): Resolver {
  behind.set(wrapper, { resolver, coordinate });
  return wrapper;
}

/**
 * What is behind the guard of a field: for executions in which all that the operation asks for is met. One layer, and
 * only of this field's own guard: a resolver that guards another field goes on guarding it.
 */
export function unguarded(resolver: Resolver, coordinate: string): Resolver {
  const known = behind.get(resolver);
  if (known === undefined) return resolver;
  return known.coordinate === null || known.coordinate === coordinate ? known.resolver : resolver;
}
