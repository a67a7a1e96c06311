import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { ours } from '../contextParts.js';
import type { Resolvers } from '../generated/resolvers.js';
import type { RequestContext } from '../request.js';
import type { Api } from './renaming.js';

/** Answers whether `guard` has made a schema, or the one of which it is a copy. */
export type IsGuarded = (schema: GraphQLSchema) => boolean;

/** Throws where nothing guards a schema: there `setUserRoles` would be everybody's. */
export function assertIsGuarded(schema: GraphQLSchema, isGuarded: IsGuarded): void {
  if (isGuarded(schema)) return;
  throw new TypeError(
    'Nothing guards this schema: its directives have no effect. Give your server what auth.guard(schema) returns.',
  );
}

/** What our resolvers destructure would tell nobody what is missing. */
function assertIsOurs(context: unknown): void {
  if ((context as Partial<RequestContext> | null | undefined)?.credential !== undefined) {
    ours(context as RequestContext);
    return;
  }
  throw new TypeError(
    'The GraphQL context is not ours. Build it with auth.context(): context: ({ req }) => auth.context(req), or spread its result into yours.',
  );
}

export type Resolver = GraphQLFieldResolver<unknown, never>;
type Fields = Record<string, Resolver>;

/** The same resolver, which refuses to run in a schema that nothing guards, and without our context. */
export type OnlyGuarded = (resolve: Resolver) => Resolver;

export function createOnlyGuarded(isGuarded: IsGuarded): OnlyGuarded {
  /** The last one that was found to be guarded: a server has one. */
  let known: GraphQLSchema | undefined;
  return (resolve) => (source, args, context, info) => {
    // Who calls one by hand, as a test may, executes no schema.
    const schema = (info as Partial<typeof info> | undefined)?.schema;
    if (schema !== undefined && schema !== known) {
      assertIsGuarded(schema, isGuarded);
      known = schema;
    }
    assertIsOurs(context);
    return resolve(source, args, context, info);
  };
}

/** The same resolvers; those of root fields only in guarded schemas. */
export function rootsOnlyGuarded(
  { resolvers, roots }: Pick<Api, 'resolvers' | 'roots'>,
  onlyGuarded: OnlyGuarded,
): Resolvers {
  const within = (fields: Fields = {}): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([field, resolve]) => [field, onlyGuarded(resolve)]),
    );
  const own = resolvers as Record<string, Fields | undefined>;
  const served = Object.values(roots).flatMap((root) =>
    own[root] ? [[root, within(own[root])]] : [],
  );
  return { ...resolvers, ...(Object.fromEntries(served) as Resolvers) };
}
