import {
  TypeNameMetaFieldDef,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { isRootType, type CompiledSchema } from './compile.js';
import type { ViewerJudge } from './judge.js';
import { contextAt } from './payload.js';

type Check = (context: unknown, info: GraphQLResolveInfo) => void;

const checks = new WeakMap<GraphQLSchema, Check>();
let isReplaced = false;

/**
 * Denies `__typename` of a root type that is guarded itself. Of every other object it is denied with the object.
 * graphql-js has one `__typename` for all schemas and asks nothing of a schema to resolve it, so where a schema
 * needs this, and only then, that one resolver is replaced; for other schemas it answers as before.
 */
export function guardRootTypename(
  compiled: CompiledSchema,
  judgeOf: (context: unknown) => ViewerJudge,
): void {
  const { schema, types } = compiled;
  const isGuarded = Object.values(schema.getTypeMap()).some(
    (type) => isRootType(schema, type) && types.get(type.name)?.length,
  );
  if (!isGuarded) return;
  checks.set(schema, (context, info) => {
    if (!isRootType(schema, info.parentType)) return;
    const { name } = info.parentType;
    const denial = judgeOf(contextAt(context, info.path)).denial(
      types.get(name) ?? [],
      `${name}.__typename`,
    );
    if (denial !== null) throw denial;
  });
  if (!isReplaced) replaceResolver();
  isReplaced = true;
}

function replaceResolver(): void {
  const resolve = TypeNameMetaFieldDef.resolve as GraphQLFieldResolver<unknown, unknown>;
  TypeNameMetaFieldDef.resolve = (source: unknown, args, context: unknown, info) => {
    checks.get(info.schema)?.(context, info);
    return resolve(source, args, context, info);
  };
}
