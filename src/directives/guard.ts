import { mapSchema } from '@graphql-tools/utils';
import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { compileSchema, type CompiledSchema } from './compile.js';
import { guardTypeDefs } from './directives.js';
import { filterIntrospection } from './introspection/filter.js';
import { createJudges, FieldJudge } from './judge.js';
import { assertGuardsAreEnforced } from './mistakes.js';
import type { Fragments } from './plan.js';
import { completeOptions, type GuardOptions } from './options.js';
import type { Requirement } from './requirement.js';
import { guardRootTypename } from './rootTypename.js';
import { refusesAll, staticDenials } from './staticPass.js';
import { coerceVariables, rawVariables } from './variables.js';
import { createVerdicts, type Verdicts } from './verdict.js';
import { wrapSchema } from './wrap.js';

/** What is known of an operation before it runs. */
export interface Judgement {
  /** One error for each denied field, at its aliased path without list indices. */
  readonly denials: GraphQLError[];
  /** Nothing of the operation may run: answer `data: null` with these errors. */
  readonly refuseAll: boolean;
}

/** The guards of a server: what `createGuards` makes. */
export interface Guards {
  /** The definitions of the directives with the scalar `Scope`, to be merged into your type definitions. */
  readonly typeDefs: string;
  /**
   * A copy of the schema on which every guard is enforced, in any server that executes with graphql-js. The
   * original stays as it is. Throws a `TypeError` where a guard is a mistake. Needs a context with `credential`.
   * A guarded field without a resolver gets the default one of graphql-js, an abstract type likewise: there a
   * `fieldResolver` or `typeResolver` of the server is not asked.
   */
  guard(schema: GraphQLSchema): GraphQLSchema;
  /** Every scope that any directive of the schema names, in alphabetical order. */
  scopesOf(schema: GraphQLSchema): string[];
  /**
   * What a `Type`, `Type.field`, `Type.field(arg:)` or `Input.field` asks for, as an AND; null where there is no
   * such coordinate. Of a field it is what selecting it asks for, without arguments and concrete types.
   */
  requirementOf(schema: GraphQLSchema, coordinate: string): readonly Requirement[] | null;
  /**
   * The static pass alone, for servers that can answer before they execute. `variables` as the request brought
   * them. Enforces nothing by itself; execution of the guarded schema with this same context then knows exactly
   * which input fields the request has supplied.
   */
  judge(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>> | null | undefined,
    context: object,
  ): Judgement;
}

/**
 * Where the guarded self of a schema is kept: on it, so that it goes with copies which other tools make; behind a
 * function, because they merge objects deeply.
 */
const EXTENSION = 'gatehouse';

interface Guarded {
  readonly compiled: CompiledSchema;
  readonly verdicts: Verdicts;
}

/** Makes guards. Throws a `TypeError` for unknown options. Has no effect before `guard` is called. */
export function createGuards(options: GuardOptions = {}): Guards {
  const complete = completeOptions(options);
  const { mode, onUnauthorized, log, credentialFields } = complete;
  const compiling = { mode, credentialFields: new Set(credentialFields) };
  const judgeOf = createJudges();
  const unguarded = new WeakMap<GraphQLSchema, CompiledSchema>();

  const compiledOf = (schema: GraphQLSchema): CompiledSchema => {
    let compiled = guardedOf(schema)?.compiled ?? unguarded.get(schema);
    if (compiled === undefined) {
      compiled = compileSchema(schema, compiling);
      unguarded.set(schema, compiled);
    }
    return compiled;
  };

  return Object.freeze<Guards>({
    typeDefs: guardTypeDefs,

    guard(schema) {
      if (guardedOf(schema) !== undefined) {
        throw new TypeError(
          'This schema is guarded already. Call guard(schema) once, last of all.',
        );
      }
      assertGuardsAreEnforced(schema);
      const copy = mapSchema(schema, {});
      const compiled = compileSchema(copy, compiling);
      const verdicts = createVerdicts(compiled, judgeOf, onUnauthorized);
      wrapSchema(compiled, verdicts, { onUnauthorized, log });
      guardRootTypename(compiled, judgeOf);
      if (complete.filterIntrospection) {
        filterIntrospection(compiled, judgeOf, onUnauthorized === 'reject');
      }
      const guarded: Guarded = { compiled, verdicts };
      copy.extensions = { ...copy.extensions, [EXTENSION]: () => guarded };
      return copy;
    },

    scopesOf: (schema) => [...compiledOf(schema).scopes],

    requirementOf(schema, coordinate) {
      const { fields, inputs, types } = compiledOf(schema);
      const field = fields.get(coordinate)?.requirements;
      return field ?? inputs.get(coordinate) ?? types.get(coordinate) ?? null;
    },

    judge(schema, document, operation, variables, context) {
      const raw = variables ?? {};
      const compiled = compiledOf(schema);
      const coerced = coerceVariables(compiled.schema, operation, raw);
      if (coerced === null) return { denials: [], refuseAll: false };
      guardedOf(schema)?.verdicts.announce(context, operation, raw);
      const judge = new FieldJudge(
        compiled,
        judgeOf(context),
        rawVariables(operation, raw, coerced),
      );
      const denials = staticDenials(judge, operation, fragmentsOf(document));
      const refuseAll = denials.length > 0 && refusesAll(judge, operation, onUnauthorized);
      return { denials, refuseAll };
    },
  });
}

function guardedOf(schema: GraphQLSchema): Guarded | undefined {
  const read = schema.extensions[EXTENSION] as (() => Guarded) | undefined;
  return read?.();
}

function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
