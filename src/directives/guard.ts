import { mapSchema } from '@graphql-tools/utils';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { fragmentsOf } from '../fragments.js';
import type { MaybePromise } from '../outcome.js';
import { createPolicyDesk, type PolicyDesk } from './askPolicy.js';
import { keepOn, keptOn } from './belongings.js';
import { compileSchema, type CompiledSchema } from './compile.js';
import { guardTypeDefs } from './directives.js';
import { assertNothingIsUnguarded, markFields } from './copies.js';
import { createDenying } from './dryRun.js';
import { guardReferences } from './federationEntities.js';
import { federateService } from './federationService.js';
import type { Answer } from './introspection/answers.js';
import { filterIntrospection } from './introspection/filter.js';
import { viewerCan } from './introspection/viewerCan.js';
import { judgeOperation, type Judgement } from './judgement.js';
import { assertGuardsAreEnforced } from './mistakes.js';
import { completeOptions, type CompleteGuardOptions, type GuardOptions } from './options.js';
import { asksForNothing, createPlans } from './plan.js';
import { assertObjectsArePoliced, assertPoliciesAreKnown } from './policyMistakes.js';
import { createCopies, type CopyOf, type Prepared } from './preparing.js';
import { createPureReader, type PureReader } from './purePolicies.js';
import type { Requirement } from './requirement.js';
import { createResponder, type Respond } from './respond.js';
import { guardRootTypename } from './rootTypename.js';
import { assertIsSchema } from './schemaGiven.js';
import { createVerdicts, type Verdicts } from './verdict.js';
import { createJudges } from './viewerJudge.js';
import { wrapSchema, type WrapOptions } from './wrap.js';

/** The guards of a server: what `createGuards` makes. */
export interface Guards {
  /** The definitions of the directives with the scalars `Scope` and `Policy`, to be merged into your type definitions. */
  readonly typeDefs: string;
  /**
   * A copy of the schema on which every guard is enforced, in any server that executes with graphql-js. The
   * original stays as it is. Throws a `TypeError` where a guard is a mistake. Needs a context with `credential`.
   * A guarded field without a resolver gets the default one of graphql-js, and so does a list that a denial below it can
   * take, and each field of a type that can be reached from a credential field, an abstract type likewise: there a
   * `fieldResolver` or `typeResolver` of the server is not asked. The fix is to give them resolvers before.
   */
  guard(schema: GraphQLSchema): GraphQLSchema;
  /** Whether `guard` has made the schema, or the one of which it is a copy. */
  isGuarded(this: void, schema: GraphQLSchema): boolean;
  /** Every scope that any directive of the schema names, in alphabetical order. */
  scopesOf(schema: GraphQLSchema): string[];
  /**
   * What a `Type`, `Type.field`, `Type.field(arg:)` or `Input.field` asks for, as an AND; null where there is no
   * such coordinate. Of a field it is what selecting it asks for, without arguments and concrete types.
   */
  requirementOf(schema: GraphQLSchema, coordinate: string): readonly Requirement[] | null;
  /**
   * Whether the viewer of a context may use each `Type`, `Type.field`, `Type.field(arg:)` or `Input.field`. Null where
   * that depends on the object, or on what is supplied to optional arguments; false where there is no such coordinate.
   * Abstract types are taken as all of their possible types.
   */
  viewerCan(
    schema: GraphQLSchema,
    coordinates: readonly string[],
    context: object,
  ): MaybePromise<Answer[]>;
  /**
   * The static pass alone, for servers that can answer before they execute. `variables` as the request brought
   * them. Enforces nothing by itself; execution of the guarded schema with this same context then knows exactly
   * which input fields the request has supplied, and asks no policy about the request again. A promise only where a
   * policy answers with one. Policies over objects count as denying. Under `dryRun` nothing is refused whole.
   */
  judge(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> | null | undefined,
    context: object,
  ): MaybePromise<Judgement>;
  /** Whether anything that an operation selects or may supply is guarded. */
  asks(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): boolean;
  /** A finished answer with its denials where and as `errors` and `errorCode` say; the same one by default. */
  readonly respond: Respond;
  /**
   * What a guarded schema calls the fields that log in, where another tool has renamed anything in it; else undefined.
   */
  credentialNamesIn(this: void, schema: GraphQLSchema): ReadonlySet<string> | undefined;
}

/** Where the guarded self of a schema is kept on it. */
const EXTENSION = 'gatehouse';

interface Guarded {
  readonly compiled: CompiledSchema;
  readonly copyOf: CopyOf;
  readonly verdicts: Verdicts;
}

interface Preparing extends Record<'prepare' | 'preparedOf', (schema: GraphQLSchema) => Prepared> {
  readonly compile: (schema: GraphQLSchema) => CompiledSchema;
}

/** What is known of each schema: read once, and of a guarded one kept with it. */
function createPreparing(
  options: CompleteGuardOptions,
  { isPerObject, pureOf }: Pick<PolicyDesk, 'isPerObject'> & { pureOf: PureReader },
): Preparing {
  const unguarded = new WeakMap<GraphQLSchema, Prepared>();
  const known = new WeakMap<GraphQLSchema, CompiledSchema>();
  const credentialFields = new Set(options.credentialFields);
  // A copy is compared with the schema that was guarded, and then read for its own names.
  const compile = (schema: GraphQLSchema): CompiledSchema => {
    let compiled = known.get(schema);
    if (compiled === undefined) {
      compiled = compileSchema(schema, { ...options, credentialFields, isPerObject });
      known.set(schema, compiled);
    }
    return compiled;
  };
  const prepare = (schema: GraphQLSchema): Prepared => {
    const compiled = compile(schema);
    return { compiled, planOf: createPlans(compiled, pureOf) };
  };
  const copies = new WeakSet<GraphQLSchema>();
  const preparedCopy = ({ compiled, copyOf }: Guarded, schema: GraphQLSchema): Prepared => {
    if (schema !== compiled.schema && !copies.has(schema)) {
      assertNothingIsUnguarded(compiled, compile(schema));
      copies.add(schema);
    }
    return copyOf(schema);
  };
  return {
    compile,
    prepare,
    preparedOf(schema) {
      const guarded = guardedOf(schema);
      if (guarded !== undefined) return preparedCopy(guarded, schema);
      let prepared = unguarded.get(schema);
      if (prepared === undefined) {
        prepared = prepare(schema);
        unguarded.set(schema, prepared);
      }
      return prepared;
    },
  };
}

/** Makes guards. Throws a `TypeError` for unknown options. Has no effect before `guard` is called. */
export function createGuards(options: GuardOptions = {}): Guards {
  const complete = completeOptions(options);
  const { onUnauthorized, log, policies, policyTimeout, dryRun, refuses } = complete;
  const { filterIntrospection: isFiltered } = complete;
  const desk = createPolicyDesk(policies, { log, timeout: policyTimeout });
  const judges = createJudges(desk);
  const pureOf = createPureReader(policies);
  const { compile, prepare, preparedOf } = createPreparing(complete, { ...desk, pureOf });

  return Object.freeze<Guards>({
    typeDefs: guardTypeDefs,

    guard(schema) {
      assertIsSchema(schema);
      if (guardedOf(schema) !== undefined) {
        throw new TypeError(
          'This schema is guarded already. Call guard(schema) once, last of all.',
        );
      }
      assertGuardsAreEnforced(schema);
      assertPoliciesAreKnown(schema, policies);
      const copy = mapSchema(schema, {});
      federateService(copy, log);
      const prepared = prepare(copy);
      const { compiled } = prepared;
      assertObjectsArePoliced(compiled, desk);
      const copyOf = createCopies(prepared, {
        compile,
        createPlans: (compiled) => createPlans(compiled, pureOf),
        hasPolicy: (name) => policies.has(name),
        credentialFields: complete.credentialFields,
      });
      const createDeny = createDenying(copy, complete);
      const deciding = { judges, copyOf, onUnauthorized, dryRun, refuses, createDeny };
      const verdicts = createVerdicts(compiled, deciding);
      markFields(copy);
      enforce(compiled, verdicts, { onUnauthorized, log, pureOf });
      if (isFiltered && !dryRun) {
        filterIntrospection(compiled, judges.of, onUnauthorized === 'reject');
      }
      const guarded: Guarded = { compiled, copyOf, verdicts };
      keepOn(copy, EXTENSION, () => guarded);
      return copy;
    },

    isGuarded: (schema) => guardedOf(schema) !== undefined,

    scopesOf: (schema) => [...preparedOf(schema).compiled.scopes],

    requirementOf(schema, coordinate) {
      const { fields, inputs, types } = preparedOf(schema).compiled;
      const field = fields.get(coordinate)?.requirements;
      return field ?? inputs.get(coordinate) ?? types.get(coordinate) ?? null;
    },

    viewerCan: (schema, coordinates, context) =>
      viewerCan(preparedOf(schema).compiled, judges.of(context), coordinates),

    judge: (schema, document, operation, variables, context) =>
      judgeOperation(preparedOf(schema), {
        verdicts: guardedOf(schema)?.verdicts,
        schema,
        document,
        operation,
        raw: variables ?? {},
        context,
        viewerOf: judges.of,
        onUnauthorized,
        dryRun,
      }),

    asks(schema, document, operation) {
      const plan = preparedOf(schema).planOf(operation, fragmentsOf(document));
      return !asksForNothing(plan) || (isFiltered && plan.asksIntrospection);
    },

    respond: createResponder(complete),

    credentialNamesIn: (schema) => guardedOf(schema)?.copyOf(schema).credentialNames,
  });
}

function guardedOf(schema: GraphQLSchema): Guarded | undefined {
  const read = keptOn(schema, EXTENSION) as (() => Guarded) | undefined;
  return read?.();
}

function enforce(compiled: CompiledSchema, verdicts: Verdicts, options: WrapOptions): void {
  wrapSchema(compiled, verdicts, options);
  guardReferences(compiled, verdicts);
  guardRootTypename(compiled, verdicts);
}
