import { isObjectType, type GraphQLSchema } from 'graphql';
import type { Api } from './renaming.js';

type Fields = Readonly<Record<string, unknown>>;

/** More would hide the fix behind a list. */
const NAMED = 3;

/**
 * A sentence where a schema has our API without all of our resolvers: such a field answers null and no error, a login
 * too. Null where nothing is missing, or the API is not in the schema as a whole. A resolver of somebody else's counts.
 */
export function missingResolvers(
  schema: GraphQLSchema,
  { resolvers, roots }: Pick<Api, 'resolvers' | 'roots'>,
): string | null {
  const own = resolvers as Readonly<Record<string, Fields | undefined>>;
  const has = (type: string, field: string) => fieldOf(schema, type, field) !== undefined;
  const isWhole = Object.values(roots).every((root) =>
    Object.keys(own[root] ?? {}).every((field) => has(root, field)),
  );
  if (!isWhole) return null;
  const missing = Object.entries(own).flatMap(([type, fields = {}]) =>
    Object.keys(fields)
      .filter((field) => has(type, field) && !fieldOf(schema, type, field)?.resolve)
      .map((field) => `${type}.${field}`),
  );
  if (missing.length === 0) return null;
  const rest = missing.length - NAMED;
  const named = missing.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  return `Nothing resolves ${named} of our API, which are null then. Give makeExecutableSchema a list, resolvers: [auth.resolvers, yours]: in { ...auth.resolvers, ...yours } your types replace ours.`;
}

function fieldOf(schema: GraphQLSchema, name: string, field: string) {
  const type = schema.getType(name);
  return isObjectType(type) ? type.getFields()[field] : undefined;
}
