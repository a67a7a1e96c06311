import type { MaybePromise } from '../outcome.js';
import type { Viewer, ViewerContext } from '../viewer.js';
import { didYouMean } from './suggest.js';

/**
 * A rule about the request. Asked once per request and viewer, also when nobody is logged in (`viewer` is null).
 * Only `true` allows; what it throws is logged and denies.
 */
export type RequestPolicy = {
  // As a method, so that a rule may take the type of your own context.
  ask(viewer: Viewer | null, context: ViewerContext): MaybePromise<boolean>;
}['ask'];

/** One object about which a policy is asked. */
export interface PolicyItem<Value = unknown, Args = Readonly<Record<string, unknown>>> {
  /** The parent for a field, an argument and an input field; the value itself for a type. */
  readonly object: Value;
  /** Of the field; empty for a type, which is denied or not whichever field led to it. */
  readonly args: Args;
}

/** A rule about many objects at once: one answer for each item, in the same order. Only `true` allows. */
export type ObjectCheck<
  Value = unknown,
  Args = Readonly<Record<string, unknown>>,
  Context = ViewerContext,
> = (
  items: readonly PolicyItem<Value, Args>[],
  viewer: Viewer | null,
  context: Context,
) => MaybePromise<readonly boolean[]>;

/** What `perObject` makes. */
export interface ObjectPolicy {
  readonly check: ObjectCheck;
}

/** By the names that `@policy` uses. */
export type Policies = Readonly<Record<string, RequestPolicy | ObjectPolicy>>;

/** Two copies of this package may meet in one process. */
const PER_OBJECT = Symbol.for('gatehouse.perObject');

/**
 * A policy that is asked about objects, in batches: all rows of a list in one call. An answer of another length, an
 * exception or a rejection denies every item of the call. Throws a `TypeError` for anything but a function.
 */
export function perObject<
  Value = unknown,
  Args = Readonly<Record<string, unknown>>,
  Context = ViewerContext,
>(check: ObjectCheck<Value, Args, Context>): ObjectPolicy {
  if (typeof check !== 'function') {
    throw new TypeError(
      `perObject takes a function (items, viewer, context) => boolean[], got ${describe(check)}.`,
    );
  }
  return Object.freeze({ check: check as unknown as ObjectCheck, [PER_OBJECT]: true });
}

export const isObjectPolicy = (policy: unknown): policy is ObjectPolicy =>
  typeof policy === 'object' && policy !== null && PER_OBJECT in policy;

/** A name that is not in the record is not a policy, `constructor` neither. Throws a `TypeError` for a wrong one. */
export function completePolicies(
  policies: unknown,
): ReadonlyMap<string, RequestPolicy | ObjectPolicy> {
  if (typeof policies !== 'object' || policies === null || Array.isArray(policies)) {
    throw new TypeError(
      `policies are an object of functions by name, such as { owner: perObject(…) }, got ${describe(policies)}.`,
    );
  }
  const complete = new Map<string, RequestPolicy | ObjectPolicy>();
  for (const [name, policy] of Object.entries(policies as Policies)) {
    if (typeof policy !== 'function' && !isObjectPolicy(policy)) {
      throw new TypeError(
        `the policy "${name}" is a function (viewer, context) => boolean or perObject(…), got ${describe(policy)}.`,
      );
    }
    complete.set(name, policy);
  }
  return complete;
}

/** The end of a sentence that begins with a policy which does not exist. */
export function insteadOf(name: string, known: readonly string[]): string {
  if (known.length > 0) return didYouMean(name, known);
  return ` Give it to createAuth: policies: { ${name}: (viewer) => … }.`;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value)
    ? 'a list'
    : `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}
