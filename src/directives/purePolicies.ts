import type { Viewer } from '../viewer.js';
import { perObject, type ObjectPolicy, type RequestPolicy } from './policies.js';
import type { PolicyGroups } from './requirement.js';

/** Depends on nothing but what it is given, answers at once, and changes nothing. */
export type ViewerPredicate = (viewer: Viewer | null) => boolean;
export type ObjectPredicate<Value = unknown> = (object: Value, viewer: Viewer | null) => boolean;

/** Policies of this package alone: of anybody else's nobody knows what else they read, and each is asked as promised. */
const viewerPredicates = new WeakMap<RequestPolicy | ObjectPolicy, ViewerPredicate>();
const objectPredicates = new WeakMap<RequestPolicy | ObjectPolicy, ObjectPredicate>();

/** A policy about the request that looks at the viewer alone. */
export function byViewer(holds: ViewerPredicate): RequestPolicy {
  const policy: RequestPolicy = (viewer) => holds(viewer);
  viewerPredicates.set(policy, holds);
  return policy;
}

/** A policy about objects that looks at each by itself, and at the viewer. */
export function byObject<Value>(holds: ObjectPredicate<Value>): ObjectPolicy {
  const policy = perObject<Value>((items, viewer) =>
    items.map(({ object }) => holds(object, viewer)),
  );
  objectPredicates.set(policy, holds as ObjectPredicate);
  return policy;
}

/** An OR of ANDs in which all policies are pure: whoever has its parts needs no desk to answer it. */
export interface PureExpression {
  /** Before there is an object: `open` where that will decide. */
  readonly answer: (viewer: Viewer | null) => 'met' | 'open' | 'unmet';
  readonly allows: ObjectPredicate;
}

/** Null where any policy of the expression is not pure. */
export type PureReader = (groups: PolicyGroups) => PureExpression | null;

interface PureGroup {
  readonly viewer: ViewerPredicate[];
  readonly object: ObjectPredicate[];
}

export function createPureReader(
  policies: ReadonlyMap<string, RequestPolicy | ObjectPolicy>,
): PureReader {
  const read = (names: readonly string[]): PureGroup | null => {
    const group: PureGroup = { viewer: [], object: [] };
    for (const name of names) {
      const policy = policies.get(name);
      const ofViewer = policy && viewerPredicates.get(policy);
      const ofObject = policy && objectPredicates.get(policy);
      if (ofViewer !== undefined) group.viewer.push(ofViewer);
      else if (ofObject !== undefined) group.object.push(ofObject);
      else return null;
    }
    return group;
  };
  return (groups) => {
    const pure = groups.map(read).filter((group) => group !== null);
    return pure.length === groups.length ? expressionOf(pure) : null;
  };
}

function expressionOf(groups: readonly PureGroup[]): PureExpression {
  return {
    answer(viewer) {
      let answer: 'open' | 'unmet' = 'unmet';
      for (const group of groups) {
        if (!admits(group, viewer)) continue;
        if (group.object.length === 0) return 'met';
        answer = 'open';
      }
      return answer;
    },
    allows(object, viewer) {
      for (const group of groups) {
        if (admits(group, viewer) && allowsObject(group, object, viewer)) return true;
      }
      return false;
    },
  };
}

function admits(group: PureGroup, viewer: Viewer | null): boolean {
  for (const holds of group.viewer) if (!holds(viewer)) return false;
  return true;
}

function allowsObject(group: PureGroup, object: unknown, viewer: Viewer | null): boolean {
  for (const holds of group.object) if (!holds(object, viewer)) return false;
  return true;
}
