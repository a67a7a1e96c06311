import type { GraphQLResolveInfo } from 'graphql';

/** The `data` of an answer, or an object in it. */
export type Data = Record<string, unknown>;

/** Objects that inherit no name, as those of graphql-js, and yet have the layout that V8 serializes fastest. */
export const EmptyData = function () {
  // Its prototype is all that it has.
} as unknown as { new (): Data; prototype: unknown };
EmptyData.prototype = Object.freeze(Object.create(null));

export type Path = GraphQLResolveInfo['path'];

/** The place is that of a field, and in no list. */
export const NO_INDEX = -1;

export const pathOf = (above: Path | undefined, index: number): Path | undefined =>
  index === NO_INDEX ? above : { prev: above, key: index, typename: undefined };

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  typeof (value as PromiseLike<unknown>).then === 'function';

/** A thenable of another make may call back twice, or at once. */
export const promiseOf = (value: PromiseLike<unknown>): Promise<unknown> =>
  value instanceof Promise ? value : Promise.resolve(value);

/** For one that nobody looks at any more: a rejection that nobody handles ends the process. */
export function handle(value: PromiseLike<unknown>): void {
  promiseOf(value).catch(() => undefined);
}

/** Null where graphql-js would not iterate over it. */
export function itemsOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as unknown[];
  const isIterable =
    typeof value === 'object' &&
    typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
  return isIterable ? Array.from(value as Iterable<unknown>) : null;
}
