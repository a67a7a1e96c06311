import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
} from 'graphql';
import type { AuthError } from '../errors.js';
import { andThen, isThenable, type MaybePromise } from '../outcome.js';
import type { PolicyItem } from './policies.js';
import type { OpenRequirement, ViewerJudge } from './viewerJudge.js';

/** One object, and whether others of its kind are likely to be asked about in the same turn. */
export interface Subject {
  readonly item: PolicyItem;
  readonly isRow: boolean;
}

/** Whether a position stands in a list, at any depth above it. */
export function isInList(path: GraphQLResolveInfo['path']): boolean {
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) {
    if (typeof at.key === 'number') return true;
  }
  return false;
}

/**
 * The error of the first requirement that the policies over this object do not meet; null when all are met. Asks
 * just what is still undecided: no second policy of an AND after a denial, no second group of an OR after a yes.
 */
export function denialByObject(
  judge: ViewerJudge,
  open: readonly OpenRequirement[],
  { item, isRow }: Subject,
): MaybePromise<AuthError | null> {
  const answers = new Map<string, boolean>();
  const allows = (name: string): MaybePromise<boolean> => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    return andThen(judge.policies.object(name, item, isRow), (allowed) => {
      answers.set(name, allowed);
      return allowed;
    });
  };
  const all = (names: readonly string[], at: number): MaybePromise<boolean> =>
    at === names.length || andThen(allows(names[at] as string), (yes) => yes && all(names, at + 1));
  const any = (groups: OpenRequirement['groups'], at: number): MaybePromise<boolean> =>
    at !== groups.length &&
    andThen(all(groups[at] as readonly string[], 0), (yes) => yes || any(groups, at + 1));
  const next = (at: number): MaybePromise<AuthError | null> => {
    const each = open[at];
    if (each === undefined) return null;
    return andThen(any(each.groups, 0), (isMet) => {
      if (isMet) return next(at + 1);
      const denied = (each.groups[0] as readonly string[]).filter((name) => !answers.get(name));
      return judge.refuse(each.requirement, denied.slice(0, 1), each.coordinate);
    });
  };
  return next(0);
}

/** Asks about one value; answers it, or rejects with why it may not stand there. */
export type CheckValue = (value: unknown, isRow: boolean) => MaybePromise<unknown>;

/**
 * A field's result with every object of it checked, through lists and promises: a denied one becomes an error at its
 * own index. Where the field returns scalars or enums, one that is denied takes the field with it.
 * A list is handed on only when all of its items are checked: graphql-js drops the promises of a list that has
 * fallen, and one of them that rejected later would end the process.
 */
export function checkResult(
  result: unknown,
  type: GraphQLOutputType,
  check: CheckValue,
  isRow: boolean,
): unknown {
  const checkAt = (value: unknown, here: GraphQLOutputType, row: boolean): unknown => {
    if (isThenable(value)) return value.then((settled) => checkAt(settled, here, row));
    if (value === null || value === undefined || value instanceof Error) return value;
    if (isNonNullType(here)) return checkAt(value, here.ofType, row);
    if (!isListType(here)) return check(value, row);
    // What is no list is left to the executor, which refuses it.
    if (typeof value !== 'object') return value;
    if (!(Symbol.iterator in value)) {
      if (!(Symbol.asyncIterator in value)) return value;
      const later = value as AsyncIterable<unknown>;
      const checkItem = (item: unknown): unknown => checkAt(item, here.ofType, true);
      return isLeaf ? checkedList(later, checkItem) : checkedOneByOne(later, checkItem);
    }
    const items = Array.from(value as Iterable<unknown>, (item) =>
      // So that what a check throws is a rejection, too.
      Promise.resolve().then(() => checkAt(item, here.ofType, true)),
    );
    return isLeaf ? Promise.all(items) : Promise.all(items.map(errorAsItem));
  };
  const isLeaf = isLeafType(getNamedType(type));
  return checkAt(result, type, isRow);
}

/** graphql-js 16 takes no such list; the executor of GraphQL Yoga does. */
function checkedOneByOne(
  source: AsyncIterable<unknown>,
  check: (item: unknown) => unknown,
): AsyncIterable<unknown> {
  return {
    [Symbol.asyncIterator]() {
      const items = source[Symbol.asyncIterator]();
      return {
        async next() {
          const item = await items.next();
          if (item.done === true) return item;
          return { value: await errorAsItem(Promise.resolve(item.value).then(check)) };
        },
        return: async () => (await items.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** Falls with the first item that does, and asks for no more. */
async function checkedList(
  source: AsyncIterable<unknown>,
  check: (item: unknown) => unknown,
): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of source) list.push(await check(item));
  return list;
}

/** graphql-js throws an item that is an error at the item's own position. */
const errorAsItem = (item: Promise<unknown>): Promise<unknown> => item.catch(toError);

export const toError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(`Unexpected error value: ${String(error)}`);
