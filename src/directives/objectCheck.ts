import {
  defaultTypeResolver,
  type GraphQLInterfaceType,
  type GraphQLTypeResolver,
  type GraphQLUnionType,
} from 'graphql';
import { contextAt } from './payload.js';
import type { Verdicts } from './verdict.js';

type TypeResolver = GraphQLTypeResolver<unknown, unknown>;

/**
 * Checks the concrete type of every object that comes to stand at an abstract type, in place. graphql-js asks
 * `resolveType` for each object before it looks at any of its fields, and turns what it throws into an error at
 * that object's own position, list indices included.
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
  return (value, context, info, type) => {
    const verdict = verdicts.of(context, info);
    if (verdict.clear) return resolveType(value, context, info, type);
    const here = contextAt(context, info.path);
    const judge = verdict.judgeFor(here);
    const check = (typeName: string | undefined): string | undefined => {
      const coordinate = `${info.parentType.name}.${info.fieldName}`;
      const denial = typeName === undefined ? null : judge.object(typeName, coordinate);
      if (denial !== null) throw denial;
      return typeName;
    };
    const resolved = resolveType(value, here, info, type);
    return isThenable(resolved) ? resolved.then(check) : check(resolved);
  };
}

/** As graphql-js tells: not every promise is a `Promise`. */
const isThenable = <T>(value: T | PromiseLike<T>): value is Promise<T> =>
  typeof (value as PromiseLike<T> | null | undefined)?.then === 'function';
