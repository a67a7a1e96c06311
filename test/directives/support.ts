import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, parse, subscribe, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createGuards, type Guards } from '../../src/directives/guard.js';
import type { GuardOptions } from '../../src/directives/options.js';
import type { Credential, Viewer, ViewerContext } from '../../src/viewer.js';

export const guards = (options: GuardOptions = {}): Guards => createGuards(options);

export const build = (
  typeDefs: string | string[],
  resolvers: Parameters<typeof makeExecutableSchema>[0]['resolvers'] = {},
): GraphQLSchema =>
  makeExecutableSchema({ typeDefs: [createGuards().typeDefs, typeDefs].flat(), resolvers });

/** A guarded schema. */
export const guarded = (
  typeDefs: string | string[],
  resolvers: Parameters<typeof makeExecutableSchema>[0]['resolvers'] = {},
  options: GuardOptions = {},
): GraphQLSchema => createGuards(options).guard(build(typeDefs, resolvers));

export const contextOf = (credential: Credential): ViewerContext => ({
  viewer: credential.kind === 'valid' ? credential.viewer : null,
  credential,
});

export const viewerOf = (grants: { scopes?: string[]; roles?: string[]; id?: string }): Viewer => ({
  id: grants.id ?? 'u1',
  sessionId: 's1',
  scopes: new Set(grants.scopes),
  roles: new Set(grants.roles),
});

export const nobody = (): ViewerContext => contextOf({ kind: 'none', refreshable: false });
export const somebody = (grants: { scopes?: string[]; roles?: string[] } = {}): ViewerContext =>
  contextOf({ kind: 'valid', viewer: viewerOf(grants) });
export const expired = (): ViewerContext =>
  contextOf({ kind: 'rejected', reason: 'TOKEN_EXPIRED' });

export interface Denied {
  path: string;
  code: unknown;
  coordinate: unknown;
}

export const deniedIn = ({ errors }: ExecutionResult): Denied[] =>
  (errors ?? []).map(({ path, extensions }) => ({
    path: (path ?? []).join('.'),
    code: extensions['code'],
    coordinate: extensions['coordinate'],
  }));

/** Data as plain objects. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

export async function run(
  schema: GraphQLSchema,
  source: string,
  context: unknown,
  variableValues: Record<string, unknown> = {},
): Promise<{ data: unknown; denied: Denied[]; errors: ExecutionResult['errors'] }> {
  const result = await graphql({ schema, source, contextValue: context, variableValues });
  return { data: plain(result.data ?? null), denied: deniedIn(result), errors: result.errors };
}

export const subscribeTo = (schema: GraphQLSchema, source: string, context: unknown) =>
  subscribe({ schema, document: parse(source), contextValue: context });
