import type { AbstractPlan, ObjectPlan, SelectionPlan, Shape } from './plan.js';
import { isThenable, promiseOf } from './values.js';

/** Nobody sees it: the run is thrown away, and graphql-js says what is wrong. */
export const thrownAway = new Error('This run is thrown away.');

/** What is null in an answer, or an error. */
export const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value instanceof Error;

export function objectIn({ objects }: AbstractPlan, name: unknown): ObjectPlan {
  const object = objects.get(name as string);
  if (object === undefined) throw thrownAway;
  return object;
}

/** Of the lists that JavaScript itself has: to go through one calls nothing of a resolver's. */
const listPrototypes: ReadonlySet<unknown> = new Set([
  ...[Array, Set, Map].map(({ prototype }) => prototype as unknown),
  ...[[], new Set(), new Map()].map((list) => Object.getPrototypeOf(list.values()) as unknown),
]);

const isOfLanguage = (value: object): boolean =>
  Array.isArray(value) || listPrototypes.has(Object.getPrototypeOf(value));

/**
 * Handles what a run does not look at any more and graphql-js would have looked at: a rejection that nobody handles ends
 * the process. Nothing is called for it, no getter either.
 */
export function drop(value: unknown, shape: Shape): void {
  if (isThenable(value)) {
    promiseOf(value).then(
      (arrived) => drop(arrived, shape),
      () => undefined,
    );
    return;
  }
  if (typeof value !== 'object' || isNothing(value)) return;
  const { item, object, abstract } = shape;
  if (item !== null) {
    if (isOfLanguage(value as object))
      for (const each of value as Iterable<unknown>) drop(each, item);
  } else if (object !== null) {
    dropFields(object.selection, value);
  } else if (abstract !== null) {
    for (const { selection } of abstract.objects.values()) dropFields(selection, value);
  }
}

/** The same for fields that no resolver has been asked for. */
export function dropFields(selection: SelectionPlan, source: unknown): void {
  if (typeof source !== 'object' || source === null) return;
  for (const field of selection) {
    if (field.typename !== null) continue;
    const property = Object.getOwnPropertyDescriptor(source, field.definition.name);
    if (property !== undefined) drop(property.value, field.shape);
  }
}
