import {
  getNamedType,
  isAbstractType,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
} from 'graphql';
import { AuthError } from '../errors.js';
import { isThenable, type MaybePromise } from '../outcome.js';
import { checkResult, toError, type CheckValue } from './objectPolicies.js';

export type TypeResolver = GraphQLTypeResolver<unknown, unknown>;

/**
 * Whether the executor waits for what `resolveType` answers, and makes an error at the object's position of what it
 * throws. graphql-jit does neither: what is thrown there takes the whole answer with it, or ends the process. It is
 * told by its paths, which lack the `typename` that every path of graphql-js and of what was made from it has.
 */
export const awaitsTypes = ({ path }: Pick<GraphQLResolveInfo, 'path'>): boolean =>
  'typename' in path;

/** By the `resolveType` of a guarded type: the check behind it, which throws in every executor. */
export const checkOf = new WeakMap<TypeResolver, TypeResolver>();

/**
 * The result of a field for an executor that waits for no type: its objects are checked before it sees them, a denied
 * one is an error in its own place, and `resolveType` remembers the types of the others.
 */
export function checkedAhead(result: unknown, context: unknown, info: GraphQLResolveInfo): unknown {
  const type = getNamedType(info.returnType);
  if (!isAbstractType(type) || !type.resolveType) return result;
  const resolveType = checkOf.get(type.resolveType) ?? type.resolveType;
  const check: CheckValue = (object) => {
    try {
      const resolved: unknown = resolveType(object, context, info, type);
      return isThenable(resolved) ? Promise.resolve(resolved).then(() => object, toError) : object;
    } catch (error) {
      return toError(error);
    }
  };
  return checkResult(result, info.returnType, check, false);
}

/** No type has this name: every executor refuses the object. */
const NO_TYPE = '(denied)';

/**
 * For objects that nobody could check ahead, such as those of a field that came after the guards: a denied one is an
 * error that does not say why.
 */
export function withoutThrowing(
  check: () => MaybePromise<string | undefined>,
): MaybePromise<string | undefined> {
  try {
    const answer = check();
    // Who waits for no promise handles no rejection either.
    if (isThenable(answer)) answer.then(undefined, () => undefined);
    return answer;
  } catch (error) {
    if (error instanceof AuthError) return NO_TYPE;
    throw error;
  }
}
