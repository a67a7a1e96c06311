import {
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import { andThen, isThenable } from '../outcome.js';
import { awaitsTypes } from './checkAhead.js';
import { asks, asksOf, type CompiledSchema, type GuardedField } from './compile.js';
import { toError } from './objectPolicies.js';
import type { Resolver } from './policedField.js';
import { noteBehindNothing } from './unguarded.js';
import type { Verdicts } from './verdict.js';

/**
 * The lists that a denied item takes with it, and in which a denial may still be on its way then. Where an item without
 * a promise fails, graphql-js drops those of the items before it, and the first that rejects ends the process. A
 * resolver that rejects does the same without guards, but a denial is what anybody can bring about.
 */
export function createHeldLists(
  compiled: CompiledSchema,
): (field: GuardedField, type: GraphQLOutputType) => boolean {
  const falling = fallingTypes(compiled);
  return ({ objects }, type) =>
    hasNonNullItems(type) &&
    (asksOf(compiled, objects) || objects.some(({ name }) => falling.has(name)));
}

/** The types whose objects are lost to a denial somewhere below them, because what is between is non-null. */
function fallingTypes(compiled: CompiledSchema): ReadonlySet<string> {
  const falling = new Set<string>();
  const owners = [...compiled.types.keys()].flatMap((name) => {
    const type = compiled.schema.getType(name);
    if (!isObjectType(type)) return [];
    const fields = Object.values(type.getFields())
      .filter((definition) => isNonNullType(definition.type))
      .map((definition) => compiled.fields.get(`${name}.${definition.name}`) as GuardedField);
    return [{ name, fields }];
  });
  let before = -1;
  while (before !== falling.size) {
    before = falling.size;
    for (const { name, fields } of owners) {
      const falls = ({ objects }: GuardedField): boolean =>
        objects.some((object) => falling.has(object.name));
      if (fields.some((field) => asks(compiled, field) || falls(field))) falling.add(name);
    }
  }
  return falling;
}

/** Whether an item that is lost takes a list with it. */
export function hasNonNullItems(type: GraphQLOutputType): boolean {
  if (isNonNullType(type)) return hasNonNullItems(type.ofType);
  if (!isListType(type)) return false;
  const items: GraphQLOutputType = type.ofType;
  return isNonNullType(items) && !isListType(items.ofType) ? true : hasNonNullItems(items);
}

/** A result each item of whose lists is a promise: then graphql-js waits for all of them, whichever fails. */
export function heldItems(result: unknown, info: GraphQLResolveInfo): unknown {
  if (!awaitsTypes(info)) return result;
  const isStreamed = info.fieldNodes.some(({ directives = [] }) =>
    directives.some(({ name }) => name.value === 'stream'),
  );
  const heldAt = (value: unknown, here: GraphQLOutputType): unknown => {
    const type = getNullableType(here);
    if (!isListType(type)) return value;
    if (isThenable(value)) return value.then((settled) => heldAt(settled, type));
    // What is no list is left to the executor.
    if (typeof value !== 'object' || value === null) return value;
    if (Symbol.iterator in value) {
      const items: GraphQLOutputType = type.ofType;
      return Array.from(value as Iterable<unknown>, (item) =>
        Promise.resolve(item).then((settled) => heldAt(settled, items)),
      );
    }
    if (isStreamed || !(Symbol.asyncIterator in value)) return value;
    return collected(value as AsyncIterable<unknown>).then((list) => heldAt(list, type));
  };
  return heldAt(result, info.returnType);
}

/** The executor of GraphQL Yoga handles no item before the last has come. */
async function collected(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  try {
    for await (const item of source) list.push(item);
  } catch (error) {
    list.push(toError(error));
  }
  return list;
}

/** For a list that asks for nothing itself. */
export const holding =
  (verdicts: Verdicts) =>
  (resolve: Resolver): Resolver =>
    noteBehindNothing((source, args, context, info) => {
      if (verdicts.isKnownClear(context, info)) return resolve(source, args, context, info);
      return andThen(verdicts.of(context, info), ({ clear }) => {
        const result = resolve(source, args, context, info);
        return clear ? result : heldItems(result, info);
      });
    }, resolve);
