import {
  isInterfaceType,
  isObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
} from 'graphql';
import { coordinateOf } from '../coordinate.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { CompiledSchema } from './compile.js';
import { contextAt } from './payload.js';
import type { UnclearVerdict } from './execution.js';
import type { Verdicts } from './verdict.js';

type ReferenceResolver = (
  reference: unknown,
  context: unknown,
  info: GraphQLResolveInfo,
) => MaybePromise<unknown>;

/** Where `@apollo/subgraph` keeps a `__resolveReference`. */
interface SubgraphExtensions {
  readonly apollo?: {
    readonly subgraph?: { readonly resolveReference?: ReferenceResolver };
  };
}

/**
 * Keeps the `__resolveReference` of a guarded type from running for those who may not have the type, in place. What
 * it returns is checked as every object of a union is: without this it would only be looked up in vain.
 */
export function guardReferences({ schema, types }: CompiledSchema, verdicts: Verdicts): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    if (types.get(type.name)?.length) guardReference(type, verdicts);
  }
}

function guardReference(type: GraphQLObjectType | GraphQLInterfaceType, verdicts: Verdicts): void {
  const { apollo } = type.extensions as SubgraphExtensions;
  const resolve = apollo?.subgraph?.resolveReference;
  if (resolve === undefined) return;
  const resolveReference: ReferenceResolver = (reference, context, info) => {
    const here = contextAt(context, info);
    const guarded = andThen(verdicts.of(context, info), (verdict) =>
      verdict.clear ? null : denialOfType(verdict, type.name, here, info),
    );
    return andThen(guarded, (denial) =>
      // Thrown, it would take the other items of the list with it.
      denial === null ? resolve(reference, here, info) : Promise.reject(denial),
    );
  };
  type.extensions = {
    ...type.extensions,
    apollo: { ...apollo, subgraph: { ...apollo?.subgraph, resolveReference } },
  };
}

/** Policies over the object wait until it is there. */
function denialOfType(
  verdict: UnclearVerdict,
  typeName: string,
  here: unknown,
  info: GraphQLResolveInfo,
): MaybePromise<Error | null> {
  const judge = verdict.judgeFor(here);
  const decide = (): Error | null => {
    const denial = judge.object(typeName, coordinateOf(info));
    try {
      if (denial !== null) verdict.deny(denial);
      return null;
    } catch (error) {
      return error as Error;
    }
  };
  const pending = judge.settleType(typeName);
  return pending === null ? decide() : pending.then(decide);
}
