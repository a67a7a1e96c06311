import {
  Kind,
  OperationTypeNode,
  getVariableValues,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { createGuards } from '../directives/guard.js';
import type { GuardOptions } from '../directives/options.js';
import type { Respond } from '../directives/respond.js';
import { AuthError } from '../errors.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { RequestContext, ViewerCan } from '../request.js';
import { countCredentialFields, oneCredentialField } from '../resolvers/credentialFields.js';
import { withAccountPolicies } from './accountPolicies.js';
import type { ApiChanges } from './apiProblems.js';
import { renameApi, type Api } from './renaming.js';

/** One operation about to run. */
export interface Operation {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** As they came, before coercion. */
  variables: Readonly<Record<string, unknown>>;
  context: RequestContext;
}

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
      scopes = guards.scopesOf(guarded);
      return guarded;
    },
    judge: (operation) =>
      andThen(refuseSeveralCredentials(credentials, operation), (several) => {
        if (several !== null) return [several];
        const { schema, document, operation: node, variables, context } = operation;
        const judgement = guards.judge(schema, document, node, variables, context);
        return andThen(judgement, ({ refuseAll, denials }) => (refuseAll ? denials : null));
      }),
  };
}

/** Many guesses in one document would pass for one request: they count as what they are. */
function refuseSeveralCredentials(
  credentials: ReadonlySet<string>,
  { schema, document, operation, variables, context }: Operation,
): MaybePromise<AuthError | null> {
  if (operation.operation !== OperationTypeNode.MUTATION) return null;
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  // Variables that do not fit fail before anything runs.
  if (values.coerced === undefined) return null;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const parts = { operation, fragments, variables: values.coerced };
  const count = countCredentialFields(parts, credentials);
  if (count <= 1) return null;
  return context.services.attempts
    .countAddress(context.origin.address, count)
    .then((limited) =>
      limited === null
        ? new AuthError('BAD_USER_INPUT', {}, oneCredentialField(credentials))
        : new AuthError(limited.code, limited.details),
    );
}
