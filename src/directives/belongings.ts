import type { GraphQLSchema } from 'graphql';

/**
 * Keeps something of ours on a schema, in place, so that it goes with the copies which other tools make: on the schema
 * itself, and on its Query type, because `extendSchema` of graphql-js leaves out what stands on the schema. Only a
 * function: tools that merge schemas merge objects deeply.
 */
export function keepOn(
  schema: GraphQLSchema,
  key: string,
  belonging: (...args: never[]) => unknown,
): void {
  for (const place of [schema, schema.getQueryType()]) {
    if (place) place.extensions = { ...place.extensions, [key]: belonging };
  }
}

/** What was kept on a schema, or on the one of which it is a copy; undefined where nothing was. */
export function keptOn(schema: GraphQLSchema, key: string): unknown {
  return schema.extensions[key] ?? schema.getQueryType()?.extensions[key];
}
