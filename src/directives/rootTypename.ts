import { TypeNameMetaFieldDef, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import { andThen, type MaybePromise } from '../outcome.js';
import { keepOn, keptOn } from './belongings.js';
import { isRootType, type CompiledSchema } from './compile.js';
import { contextAt } from './payload.js';
import type { Verdicts } from './verdict.js';

type Check = (context: unknown, info: GraphQLResolveInfo) => MaybePromise<void>;

const EXTENSION = 'gatehouseRootTypename';

let isReplaced = false;

/**
 * Denies `__typename` of a root type that is guarded itself. Of every other object it is denied with the object.
 * graphql-js has one `__typename` for all schemas and asks nothing of a schema to resolve it, so where a schema
 * needs this, and only then, that one resolver is replaced; for other schemas it answers as before.
 */
export function guardRootTypename({ schema, types }: CompiledSchema, verdicts: Verdicts): void {
  const guarded = new Set(
    [...types.keys()].filter((name) => {
      const type = schema.getType(name);
      return type !== undefined && isRootType(schema, type) && (types.get(name)?.length ?? 0) > 0;
    }),
  );
  if (guarded.size === 0) return;
  const check: Check = (context, info) => {
    const { name } = info.parentType;
    if (!guarded.has(name)) return;
    return andThen(verdicts.of(context, info), (verdict) => {
      if (verdict.clear) return;
      const judge = verdict.judgeFor(contextAt(context, info));
      const denial = judge.object(name, `${name}.__typename`);
      if (denial !== null) verdict.deny(denial);
    });
  };
  keepOn(schema, EXTENSION, check);
  if (!isReplaced) replaceResolver();
  isReplaced = true;
}

function replaceResolver(): void {
  const resolve = TypeNameMetaFieldDef.resolve as GraphQLFieldResolver<unknown, unknown>;
  TypeNameMetaFieldDef.resolve = (source: unknown, args, context: unknown, info) => {
    const checked = (keptOn(info.schema, EXTENSION) as Check | undefined)?.(context, info);
    const answer = () => resolve(source, args, context, info);
    return checked instanceof Promise ? checked.then(answer) : answer();
  };
}
