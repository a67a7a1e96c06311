import { TypeNameMetaFieldDef, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import { isRootType, type CompiledSchema } from './compile.js';
import type { ViewerJudge } from './judge.js';
import { contextAt } from './payload.js';

type Check = (context: unknown, info: GraphQLResolveInfo) => void;

/** Kept on the schema, so that it goes with copies which other tools make of it. */
const EXTENSION = 'gatehouseRootTypename';

let isReplaced = false;

/**
 * Denies `__typename` of a root type that is guarded itself. Of every other object it is denied with the object.
 * graphql-js has one `__typename` for all schemas and asks nothing of a schema to resolve it, so where a schema
 * needs this, and only then, that one resolver is replaced; for other schemas it answers as before.
 */
export function guardRootTypename(
  { schema, types }: CompiledSchema,
  judgeOf: (context: unknown) => ViewerJudge,
): void {
  const guarded = new Map(
    [...types].filter(([name, requirements]) => {
      const type = schema.getType(name);
      return type !== undefined && isRootType(schema, type) && requirements.length > 0;
    }),
  );
  if (guarded.size === 0) return;
  const check: Check = (context, { parentType: { name }, path }) => {
    const requirements = guarded.get(name);
    if (requirements === undefined) return;
    const judge = judgeOf(contextAt(context, path));
    const denial = judge.denial(requirements, `${name}.__typename`);
    if (denial !== null) throw denial;
  };
  schema.extensions = { ...schema.extensions, [EXTENSION]: check };
  if (!isReplaced) replaceResolver();
  isReplaced = true;
}

function replaceResolver(): void {
  const resolve = TypeNameMetaFieldDef.resolve as GraphQLFieldResolver<unknown, unknown>;
  TypeNameMetaFieldDef.resolve = (source: unknown, args, context: unknown, info) => {
    (info.schema.extensions[EXTENSION] as Check | undefined)?.(context, info);
    return resolve(source, args, context, info);
  };
}
