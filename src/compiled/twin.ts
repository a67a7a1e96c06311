import { defaultFieldResolver } from 'graphql';
import { unguarded } from '../directives/unguarded.js';
import { needsOnlySourceAndContext } from '../resolvers/sourceAndContext.js';
import type { ResolvedField, Resolver, Twin } from './plan.js';

/** Null is what no field has: a resolver, or undefined. */
export const newTwin = (): Twin => ({
  of: null,
  resolver: null,
  aboutParent: null,
  brief: null,
  run: 0,
});

/**
 * What is behind the guard of a field that is not to run. A resolver may be attached at any time, so each run looks; but
 * not for each row, because `resolve` of a guarded field is an accessor.
 */
export function twinIn(field: ResolvedField, run: number): Twin {
  const { twin, definition } = field;
  if (twin.run !== run) {
    if (definition.resolve !== twin.of) renew(field);
    twin.run = run;
  }
  return twin;
}

function renew({ twin, definition, parentType }: ResolvedField): void {
  const { resolve, name } = definition;
  const own = resolve && unguarded(resolve, `${parentType.name}.${name}`);
  twin.resolver = orDefault(own?.resolver);
  twin.aboutParent = own === undefined ? { allows: null } : own.aboutParent;
  twin.brief = isBrief(twin.resolver, definition) ? twin.resolver : null;
  twin.of = resolve;
}

/** What runs where the guard has something left to say: the resolver in its guard. Null reads a property. */
export const guardedResolverOf = ({ definition }: ResolvedField): Resolver | null =>
  orDefault(definition.resolve);

const isBrief = (resolver: Resolver | null, { args }: ResolvedField['definition']): boolean =>
  resolver !== null && args.length === 0 && needsOnlySourceAndContext(resolver);

const orDefault = (resolver: Resolver | undefined): Resolver | null =>
  resolver === undefined || resolver === defaultFieldResolver ? null : resolver;
