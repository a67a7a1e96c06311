import type { Resolver } from './policedField.js';
import type { AboutParent } from './standing.js';

interface Behind {
  readonly resolver: Resolver;
  /** Null where the wrapper enforces nothing. */
  readonly coordinate: string | null;
  readonly aboutParent: AboutParent | null;
}

const behind = new WeakMap<Resolver, Behind>();

/** Notes which resolver is behind a wrapper of ours, and the coordinate whose guards the wrapper enforces. */
export function noteBehind(wrapper: Resolver, known: Behind): Resolver {
  behind.set(wrapper, known);
  return wrapper;
}

const NOTHING: AboutParent = { allows: null };

/** Notes which resolver is behind a wrapper of ours that enforces nothing. */
export const noteBehindNothing = (wrapper: Resolver, resolver: Resolver): Resolver =>
  noteBehind(wrapper, { resolver, coordinate: null, aboutParent: NOTHING });

/** A field without its guard. */
export interface Unguarded {
  /** For executions in which all that the operation asks for is met. */
  readonly resolver: Resolver;
  /** What is to be asked before it runs where just objects are to be asked about; null where the guard must run. */
  readonly aboutParent: AboutParent | null;
}

/** One layer, and only of this field's own guard: a resolver that guards another field goes on guarding it. */
export function unguarded(resolver: Resolver, coordinate: string): Unguarded {
  const known = behind.get(resolver);
  const isOwn = known !== undefined && (known.coordinate ?? coordinate) === coordinate;
  return isOwn ? known : { resolver, aboutParent: NOTHING };
}
