import { defaultFieldResolver } from 'graphql';
import { unguarded } from '../directives/unguarded.js';
import type { ResolvedField, Resolver, Twin } from './plan.js';

/** Null is what no field has: a resolver, or undefined. */
export const newTwin = (): Twin => ({ of: null, resolver: null });

/**
 * What runs for a field whose requirements are all met: its resolver without its guard, null where that is to read a
 * property. Asked at each call, because a resolver may be attached at any time.
 */
export function twinOf({ twin, definition, parentType }: ResolvedField): Resolver | null {
  const { resolve } = definition;
  if (resolve !== twin.of) {
    const own = resolve && unguarded(resolve, `${parentType.name}.${definition.name}`);
    twin.resolver = own === undefined || own === defaultFieldResolver ? null : own;
    twin.of = resolve;
  }
  return twin.resolver;
}

/** What runs where guards have something left to say: the resolver in its guard. Null reads a property. */
export function guardedResolverOf({ definition: { resolve } }: ResolvedField): Resolver | null {
  return resolve === undefined || resolve === defaultFieldResolver ? null : resolve;
}
