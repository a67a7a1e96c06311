import { defaultFieldResolver } from 'graphql';
import { unguarded } from '../directives/unguarded.js';
import type { ResolvedField, Resolver, Twin } from './plan.js';

/** Null is what no field has: a resolver, or undefined. */
export const newTwin = (): Twin => ({ of: null, resolver: null, aboutParent: null });

/**
 * What runs for a field whose guard is not to run: its resolver without it, null where that is to read a property.
 * Asked at each call, because a resolver may be attached at any time.
 */
export function twinOf({ twin, definition, parentType }: ResolvedField): Twin {
  const { resolve } = definition;
  if (resolve !== twin.of) {
    const own = resolve && unguarded(resolve, `${parentType.name}.${definition.name}`);
    twin.resolver = orDefault(own?.resolver);
    twin.aboutParent = own === undefined ? { allows: null } : own.aboutParent;
    twin.of = resolve;
  }
  return twin;
}

/** What runs where the guard has something left to say: the resolver in its guard. Null reads a property. */
export const guardedResolverOf = ({ definition }: ResolvedField): Resolver | null =>
  orDefault(definition.resolve);

const orDefault = (resolver: Resolver | undefined): Resolver | null =>
  resolver === undefined || resolver === defaultFieldResolver ? null : resolver;
