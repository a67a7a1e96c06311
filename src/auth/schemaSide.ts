import { Kind, parse, type GraphQLError, type GraphQLSchema } from 'graphql';
import { createCompiledQueries } from '../compiled/compiledQueries.js';
import type { Data } from '../compiled/values.js';
import { partsOf } from '../contextParts.js';
import { createGuards, type Guards } from '../directives/guard.js';
import type { Judgement } from '../directives/judgement.js';
import type { GuardOptions } from '../directives/options.js';
import type { Respond } from '../directives/respond.js';
import { coerceVariables } from '../directives/variables.js';
import { fragmentsOf } from '../fragments.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { Operation, ViewerCan } from '../request.js';
import { createCredentialRule } from '../resolvers/credentialFields.js';
import {
  createLoginResolver,
  type IsLogin,
  type MakeLoginResolver,
} from '../resolvers/loginResolver.js';
import { mark, type Callable } from '../resolvers/marks.js';
import { assertScopesFit } from '../services/grantSize.js';
import { withAccountPolicies } from './accountPolicies.js';
import type { ApiChanges } from './apiProblems.js';
import { assertLoginsAnswerTokens } from './loginAnswers.js';
import { missingResolvers } from './missingResolvers.js';
import {
  assertIsGuarded,
  createOnlyGuarded,
  rootsOnlyGuarded,
  type Resolver,
} from './onlyGuarded.js';
import { renameApi, type Api } from './renaming.js';
import { assertRootsAreReached } from './rootTypes.js';

/** What is answered without execution by graphql-js: errors that refuse all, or data without any. */
export type EarlyAnswer = readonly GraphQLError[] | { readonly data: Data };

/** What can be had before the store is open: the API as text and resolvers, and its guards. */
export interface SchemaSide extends Pick<Api, 'typeDefs' | 'resolvers'> {
  readonly guard: (schema: GraphQLSchema) => GraphQLSchema;
  /** Throws a TypeError that says the fix. */
  readonly assertIsGuarded: (schema: GraphQLSchema) => void;
  readonly judge: (operation: Operation) => MaybePromise<readonly GraphQLError[] | null>;
  /**
   * Judges, and where all is allowed answers a query that it has compiled: errors that refuse the operation whole, the
   * data of an answer without errors, or null, where it is to be executed.
   */
  readonly answer: (operation: Operation) => MaybePromise<EarlyAnswer | null>;
  /** Whether anything that it selects or may supply is guarded. */
  readonly asks: (operation: Pick<Operation, 'schema' | 'document' | 'operation'>) => boolean;
  /** A finished answer with its denials where and as the options `errors` and `errorCode` say. */
  readonly respond: Respond;
  readonly viewerCan: ViewerCan;
  /** Makes the resolver of a mutation that logs somebody in, beside ours. */
  readonly loginResolver: MakeLoginResolver;
  /** Every scope that a directive of the guarded schema names; none before `guard` was called. */
  readonly scopes: () => readonly string[];
}

export type SchemaSideOptions = Omit<
  GuardOptions,
  'credentialFields' | 'isCredentialResolver' | 'refuses' | 'alwaysDenied' | 'isAlwaysDenied'
> &
  ApiChanges;

/** Throws a TypeError for options that are none, and for names that the API does not have. */
export function createSchemaSide({ names, omit, ...options }: SchemaSideOptions): SchemaSide {
  const { typeDefs, resolvers, credentialFields, roots } = renameApi({ names, omit });
  /** Our resolvers that log somebody in, and those of the embedder's that do. */
  const logsIn = new WeakSet<object>();
  const loginResolvers = new WeakSet<object>();
  const ownNames = new Set(credentialFields);
  const refuseSeveralCredentials = createCredentialRule(ownNames);
  const guards = createGuards({
    ...options,
    policies: withAccountPolicies(options.policies),
    credentialFields: credentialFields.map((field) => `${roots.Mutation}.${field}`),
    isCredentialResolver: (resolver) => isIn(logsIn, resolver) || isIn(loginResolvers, resolver),
    refuses: refuseSeveralCredentials,
    // A dry run is to try out the embedder's guards: it makes nobody an administrator.
    alwaysDenied: options.dryRun === true ? fieldsOf(typeDefs) : [],
    isAlwaysDenied: (resolver) => isOurs(resolver),
  });
  const compiled = createCompiledQueries();
  let scopes: readonly string[] = [];
  /** What `guard` was given, and a server must not. */
  const bare = new WeakSet<GraphQLSchema>();
  let hasGuarded = false;
  // Where a guarded schema wraps or stitches others, the inner one executes our resolvers.
  const isServed = (schema: GraphQLSchema): boolean =>
    guards.isGuarded(schema) || (hasGuarded && !bare.has(schema));

  const assertServable = (schema: GraphQLSchema): void => assertIsGuarded(schema, guards.isGuarded);

  const judgeNow = (operation: Operation): MaybePromise<Judgement> => {
    const { schema, document, operation: node, variables, context } = operation;
    return guards.judge(schema, document, node, variables, context);
  };

  const judged = (operation: Operation): MaybePromise<Judgement> => {
    assertServable(operation.schema);
    const several = refuseSeveralCredentials(askedIn(operation, guards));
    if (several === null) return judgeNow(operation);
    return andThen(several, (refusal) =>
      refusal === null
        ? judgeNow(operation)
        : { denials: [refusal], refuseAll: true, runnable: null },
    );
  };

  const answered = (
    operation: Operation,
    judgement: Judgement,
  ): MaybePromise<EarlyAnswer | null> => {
    if (judgement.refuseAll) return judgement.denials;
    const { runnable } = judgement;
    if (runnable === null) return null;
    return andThen(compiled.run(operation, runnable), (data) => {
      if (data !== null) return { data };
      partsOf(operation.context)?.loaders.admitAnew();
      return null;
    });
  };

  const onlyGuarded = createOnlyGuarded(isServed);
  // One of the embedder's may have taken the place of one of ours, under its name.
  const isKnownLogin: IsLogin = ({ schema, fieldName }) =>
    guards.isGuarded(schema) && (guards.credentialNamesIn(schema) ?? ownNames).has(fieldName);
  const servedResolvers = rootsOnlyGuarded({ resolvers, roots }, onlyGuarded);
  /** Our root fields that do not log in. */
  const others = new WeakSet<object>();
  const isOurs = (resolver: unknown): boolean => isIn(logsIn, resolver) || isIn(others, resolver);
  for (const root of Object.values(roots)) {
    const fields = (servedResolvers as Record<string, Record<string, Callable> | undefined>)[root];
    for (const [field, resolver] of Object.entries(fields ?? {})) {
      const isLogin = root === roots.Mutation && credentialFields.includes(field);
      mark(resolver, isLogin ? logsIn : others);
    }
  }

  return {
    typeDefs,
    resolvers: servedResolvers,
    assertIsGuarded: assertServable,
    viewerCan: (schema, coordinates, context) => guards.viewerCan(schema, coordinates, context),
    loginResolver: ((identify) => {
      const resolver = onlyGuarded(createLoginResolver(identify, isKnownLogin) as Resolver);
      mark(resolver, loginResolvers);
      return resolver;
    }) as MakeLoginResolver,
    scopes: () => scopes,
    respond: guards.respond,
    asks: ({ schema, document, operation }) => guards.asks(schema, document, operation),
    guard(schema) {
      assertRootsAreReached(schema, roots, isOurs);
      assertLoginsAnswerTokens(schema, {
        ours: (resolver) => isIn(logsIn, resolver),
        theirs: (resolver) => isIn(loginResolvers, resolver),
      });
      const guarded = guards.guard(schema);
      // A tool may set them later, so this is no reason to fail.
      const warning = missingResolvers(schema, { resolvers, roots });
      if (warning !== null) options.log?.warn({}, warning);
      const named = guards.scopesOf(guarded);
      // One `auth` may guard several schemas: `admin` holds what each of them names.
      const all = [...new Set([...scopes, ...named])].sort();
      assertScopesFit(all);
      scopes = all;
      bare.add(schema);
      hasGuarded = true;
      return guarded;
    },
    judge: (operation) =>
      andThen(judged(operation), (judgement) => (judgement.refuseAll ? judgement.denials : null)),
    answer(operation) {
      const judgement = judged(operation);
      return judgement instanceof Promise
        ? judgement.then((reached) => answered(operation, reached))
        : answered(operation, judgement);
    },
  };
}

const isIn = (marked: WeakSet<object>, resolver: unknown): boolean =>
  typeof resolver === 'function' && marked.has(resolver);

/** The coordinates of all fields that type definitions have. */
const fieldsOf = (typeDefs: string): string[] =>
  parse(typeDefs).definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (node.fields ?? []).map((field) => `${node.name.value}.${field.name.value}`)
      : [],
  );

const askedIn = (
  { schema, document, operation, variables, context }: Operation,
  { credentialNamesIn }: Pick<Guards, 'credentialNamesIn'>,
) => ({
  operation,
  fragments: fragmentsOf(document),
  coerce: () => coerceVariables(schema, operation, variables),
  context,
  namesHere: () => credentialNamesIn(schema),
});
