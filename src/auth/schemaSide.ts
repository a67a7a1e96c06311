import type { GraphQLError, GraphQLSchema } from 'graphql';
import { createGuards } from '../directives/guard.js';
import type { GuardOptions } from '../directives/options.js';
import type { Respond } from '../directives/respond.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { Operation, ViewerCan } from '../request.js';
import { refuseSeveralCredentials } from '../resolvers/credentialFields.js';
import { assertScopesFit } from '../services/grantSize.js';
import { withAccountPolicies } from './accountPolicies.js';
import type { ApiChanges } from './apiProblems.js';
import { renameApi, type Api } from './renaming.js';

/** What can be had before the store is open: the API as text and resolvers, and its guards. */
export interface SchemaSide extends Pick<Api, 'typeDefs' | 'resolvers'> {
  readonly guard: (schema: GraphQLSchema) => GraphQLSchema;
  readonly judge: (operation: Operation) => MaybePromise<readonly GraphQLError[] | null>;
  /** A finished answer with its denials where and as the options `errors` and `errorCode` say. */
  readonly respond: Respond;
  readonly viewerCan: ViewerCan;
  /** Every scope that a directive of the guarded schema names; none before `guard` was called. */
  readonly scopes: () => readonly string[];
}

export type SchemaSideOptions = Omit<GuardOptions, 'credentialFields'> & ApiChanges;

/** Throws a TypeError for options that are none, and for names that the API does not have. */
export function createSchemaSide({ names, omit, ...options }: SchemaSideOptions): SchemaSide {
  const { typeDefs, resolvers, credentialFields } = renameApi({ names, omit });
  const guards = createGuards({
    ...options,
    policies: withAccountPolicies(options.policies),
    credentialFields: credentialFields.map((field) => `Mutation.${field}`),
  });
  const credentials: ReadonlySet<string> = new Set(credentialFields);
  let scopes: readonly string[] = [];

  return {
    typeDefs,
    resolvers,
    viewerCan: (schema, coordinates, context) => guards.viewerCan(schema, coordinates, context),
    scopes: () => scopes,
    respond: guards.respond,
    guard(schema) {
      const guarded = guards.guard(schema);
      const named = guards.scopesOf(guarded);
      assertScopesFit(named);
      scopes = named;
      return guarded;
    },
    judge: (operation) =>
      andThen(refuseSeveralCredentials(operation, credentials), (several) => {
        if (several !== null) return [several];
        const { schema, document, operation: node, variables, context } = operation;
        const judgement = guards.judge(schema, document, node, variables, context);
        return andThen(judgement, ({ refuseAll, denials }) => (refuseAll ? denials : null));
      }),
  };
}
