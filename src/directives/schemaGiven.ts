import { isSchema, type GraphQLSchema } from 'graphql';

/** Throws a `TypeError` that says the fix where a schema is none that can be guarded. */
export function assertIsSchema(given: unknown): void {
  // By its shape: that there is a second copy of graphql-js in the process is no reason to say that it is none.
  if (typeof (given as GraphQLSchema | undefined)?.getQueryType !== 'function') {
    throw new TypeError(
      'guard takes a GraphQLSchema, such as makeExecutableSchema({ typeDefs, resolvers }) returns.',
    );
  }
  // In development graphql-js says so by itself.
  if (!isSchema(given)) {
    throw new TypeError(
      'This schema was made by another copy of graphql than the one that guards it, which knows none of its types. `npm ls graphql` shows where the copies come from; "overrides" in package.json, or "resolutions", makes them one.',
    );
  }
}
