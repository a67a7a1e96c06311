import {
  defaultTypeResolver,
  getNamedType,
  responsePathAsArray,
  type GraphQLInterfaceType,
  type GraphQLResolveInfo,
  type GraphQLUnionType,
} from 'graphql';
import { createAttachments } from '../attachments.js';
import { coordinateOf } from '../coordinate.js';
import { andThen, isThenable, type MaybePromise } from '../outcome.js';
import { awaitsTypes, checkOf, withoutThrowing, type TypeResolver } from './checkAhead.js';
import { requirementsOfType } from './copies.js';
import { entryOf } from './entryOf.js';
import { denialByObject, isInList } from './objectPolicies.js';
import { contextAt } from './payload.js';
import type { UnclearVerdict } from './execution.js';
import { ownerOf, type Verdicts } from './verdict.js';

type Resolved = string | undefined;

/**
 * Checks every object that comes to stand at an abstract type, in place: what its concrete type asks for, and the
 * policies over the object itself. graphql-js asks `resolveType` for each object before it looks at any of its
 * fields, and turns what it throws into an error at that object's own position, list indices included.
 * A type without a `resolveType` gets the one of graphql-js; a `typeResolver` given to `execute` is not asked here.
 */
export function guardAbstractType(
  type: GraphQLInterfaceType | GraphQLUnionType,
  verdicts: Verdicts,
): void {
  let current = guarded(type.resolveType ?? defaultTypeResolver, verdicts);
  Object.defineProperty(type, 'resolveType', {
    enumerable: true,
    configurable: true,
    get: () => current,
    set: (resolveType: TypeResolver | null | undefined) => {
      current = guarded(resolveType ?? defaultTypeResolver, verdicts);
    },
  });
}

function guarded(resolveType: TypeResolver, verdicts: Verdicts): TypeResolver {
  const check = checking(resolveType, verdicts);
  const answering: TypeResolver = (value, context, info, type) =>
    awaitsTypes(info)
      ? check(value, context, info, type)
      : withoutThrowing(() => check(value, context, info, type));
  checkOf.set(answering, check);
  return answering;
}

function checking(resolveType: TypeResolver, verdicts: Verdicts): TypeResolver {
  return (value, context, info, given) =>
    allowed.get(ownerOf(info))?.get(placeOf(info))?.get(value) ??
    andThen(verdicts.of(context, info), (verdict) => {
      // graphql-jit does not tell which type it asks about.
      const type =
        (given as typeof given | undefined) ?? (getNamedType(info.returnType) as typeof given);
      if (verdict.clear) return resolveType(value, context, info, type);
      const here = contextAt(context, info);
      const check = (resolved: Resolved): MaybePromise<Resolved> => {
        const typeName = nameOf(resolved);
        if (typeName === undefined) return resolved;
        return checkObject(verdict, { value, resolved, typeName, here, info });
      };
      const resolved = resolveType(value, here, info, type);
      return isThenable(resolved) ? resolved.then(check) : check(resolved);
    });
}

/** graphql-jit takes a type in place of its name, which graphql-js refuses. */
const nameOf = (resolved: unknown): string | undefined =>
  typeof resolved === 'string' ? resolved : (resolved as { name?: string } | undefined)?.name;

/**
 * By execution and field: the objects that policies have allowed to stand there, with their types; for an executor that
 * waits for no type all that were allowed. They are not asked again. Not by `info`: graphql-jit makes another for each
 * question.
 */
const allowed = createAttachments<object, Map<string, Map<unknown, Resolved>>>();

/** The path of the field, without the indices of its own list. */
function placeOf({ path }: GraphQLResolveInfo): string {
  const keys = [...responsePathAsArray(path)];
  while (typeof keys.at(-1) === 'number') keys.pop();
  return keys.join('.');
}

function remember(info: GraphQLResolveInfo, value: unknown, resolved: Resolved): void {
  const owner = ownerOf(info);
  let ofExecution = allowed.get(owner);
  if (ofExecution === undefined) {
    ofExecution = new Map<string, Map<unknown, Resolved>>();
    allowed.set(owner, ofExecution);
  }
  entryOf(ofExecution, placeOf(info), () => new Map<unknown, Resolved>()).set(value, resolved);
}

interface Found {
  readonly value: unknown;
  readonly resolved: Resolved;
  readonly typeName: string;
  readonly here: unknown;
  readonly info: GraphQLResolveInfo;
}

/** Answers what `resolveType` has answered where the object may stand; throws or rejects where it may not. */
function checkObject(
  verdict: UnclearVerdict,
  { value, resolved, typeName, here, info }: Found,
): MaybePromise<Resolved> {
  const { compiled, viewer } = verdict.judgeFor(here);
  const asked = requirementsOfType(compiled, info.schema, typeName);
  const coordinate = coordinateOf(info);
  const allow = (isAsked: boolean): Resolved => {
    if (isAsked || !awaitsTypes(info)) remember(info, value, resolved);
    return resolved;
  };
  const decide = (): MaybePromise<Resolved> => {
    const denial = viewer.denial(asked, coordinate);
    if (denial !== null) {
      verdict.deny(denial);
      return allow(false);
    }
    const open = viewer.open(asked, coordinate);
    if (open.length === 0) return allow(false);
    // The path is the field's: graphql-js does not tell here at which index of a list the object stands.
    const isRow = isInList(info.path) || typeOfFieldIsList(info);
    const subject = { item: { object: value, args: {} }, isRow };
    return andThen(denialByObject(viewer, open, subject), (denied) => {
      if (denied !== null) verdict.deny(denied);
      return allow(true);
    });
  };
  const pending = viewer.settle(asked);
  return pending === null ? decide() : pending.then(decide);
}

const typeOfFieldIsList = ({ returnType }: GraphQLResolveInfo): boolean =>
  String(returnType).startsWith('[');
