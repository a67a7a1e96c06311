import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { andThen, type MaybePromise } from '../outcome.js';
import type { CompiledSchema } from './compile.js';
import { fragmentsOf } from './fragments.js';
import { FieldJudge } from './judge.js';
import type { PlanOf } from './plan.js';
import { refusesAll, staticDenials, type OnUnauthorized } from './staticPass.js';
import { coerceVariables, rawVariables } from './variables.js';
import { settlePlan, type Verdicts } from './verdict.js';
import type { ViewerJudge } from './viewerJudge.js';

/** What is known of an operation before it runs. */
export interface Judgement {
  /** One error for each denied field, at its aliased path without list indices. */
  readonly denials: GraphQLError[];
  /** Nothing of the operation may run: answer `data: null` with these errors. */
  readonly refuseAll: boolean;
  /** How an operation on a guarded schema may be run by others than graphql-js; null where it may not. */
  readonly runnable: Runnable | null;
}

/** An operation of which nothing is denied before there are objects. */
export interface Runnable {
  /** As graphql-js coerces them. The verdict of the guards stands for an execution with this very object. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Everything that it asks for is met, whatever the objects: no guard has anything left to say. */
  readonly isClear: boolean;
}

/** What is known of one schema. */
export interface Prepared {
  readonly compiled: CompiledSchema;
  readonly planOf: PlanOf;
}

interface Asked {
  /** Undefined where the schema is not guarded. */
  readonly verdicts: Verdicts | undefined;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly context: object;
  readonly viewer: () => ViewerJudge;
  readonly onUnauthorized: OnUnauthorized;
  readonly dryRun: boolean;
}

/** The static pass over one operation. */
export function judgeOperation(
  { compiled, planOf }: Prepared,
  { verdicts, schema, document, operation, raw, context, viewer, onUnauthorized, dryRun }: Asked,
): MaybePromise<Judgement> {
  const coerced = coerceVariables(compiled.schema, operation, raw);
  if (coerced === null) return { denials: [], refuseAll: false, runnable: null };
  const fragments = fragmentsOf(document);
  const plan = planOf(operation, fragments);
  const viewerJudge = viewer();
  if (verdicts?.isClearByGrants(viewerJudge, plan, schema) === true) {
    return { denials: [], refuseAll: false, runnable: { variables: coerced, isClear: true } };
  }
  verdicts?.announce(context, operation, raw);
  const judge = new FieldJudge(compiled, viewerJudge, rawVariables(operation, raw, coerced));
  return andThen(settlePlan(judge, plan), () => {
    const execution = { schema, operation, fragments, variableValues: coerced };
    const foresight = verdicts?.foresee(context, execution, judge, plan) ?? 'denied';
    let denials: GraphQLError[] | null = foresight === 'clear' ? [] : null;
    const readDenials = () => (denials ??= staticDenials(judge, operation, fragments));
    const refuseAll =
      !dryRun && refusesAll(judge, operation, onUnauthorized) && readDenials().length > 0;
    const isClear = foresight === 'clear';
    return {
      // An error costs more than all the rest, and few ask for them.
      get denials() {
        return readDenials();
      },
      refuseAll,
      runnable: foresight === 'denied' ? null : { variables: coerced, isClear },
    };
  });
}
