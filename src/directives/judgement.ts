import {
  OperationTypeNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { fragmentsOf, type Fragments } from '../fragments.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { CompiledSchema } from './compile.js';
import { FieldJudge } from './judge.js';
import type { OperationPlan } from './plan.js';
import type { Prepared } from './preparing.js';
import { refusesAll, staticDenials, type OnUnauthorized } from './staticPass.js';
import { coerceVariables, rawVariables } from './variables.js';
import { settlePlan } from './settlePlan.js';
import type { Foresight, Verdicts } from './verdict.js';
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
  readonly guards: GuardsLeft;
}

/**
 * What guards have left to say while an operation runs: nothing; what pure policies say of the objects, which may be
 * asked in their place for the viewer whom the context has now; or anything.
 */
export type GuardsLeft = 'nothing' | 'of objects' | 'anything';

interface Asked {
  /** Undefined where the schema is not guarded. */
  readonly verdicts: Verdicts | undefined;
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly context: object;
  readonly viewerOf: (context: object) => ViewerJudge;
  readonly onUnauthorized: OnUnauthorized;
  readonly dryRun: boolean;
}

/** The static pass over one operation. */
export function judgeOperation(
  { compiled, planOf }: Prepared,
  asked: Asked,
): MaybePromise<Judgement> {
  const { verdicts, schema, document, operation, raw, context } = asked;
  const variables = coerceVariables(schema, operation, raw);
  if (variables === null) return { denials: [], refuseAll: false, runnable: null };
  const fragments = fragmentsOf(document);
  const plan = planOf(operation, fragments);
  const standing = verdicts?.standing(context, plan, schema) ?? 'unknown';
  if (standing === 'clear') {
    return { denials: [], refuseAll: false, runnable: { variables, guards: 'nothing' } };
  }
  const judging = { compiled, fragments, plan, variables };
  if (standing === 'objects' && isFiltered(asked)) return new LeftToObjects(asked, judging);
  return judgeAll(asked, judging);
}

interface Judging {
  readonly compiled: CompiledSchema;
  readonly fragments: Fragments;
  readonly plan: OperationPlan;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Whether a query runs without what is denied of it: then policies over objects refuse nothing beforehand. */
const isFiltered = ({ onUnauthorized, dryRun, operation }: Asked): boolean =>
  onUnauthorized === 'filter' && !dryRun && operation.operation === OperationTypeNode.QUERY;

/** Nothing is denied that does not depend on objects, and no judge was needed to know it. */
class LeftToObjects implements Judgement {
  readonly refuseAll = false;
  readonly runnable: Runnable;
  readonly #asked: Asked;
  readonly #judging: Judging;

  constructor(asked: Asked, judging: Judging) {
    this.#asked = asked;
    this.#judging = judging;
    this.runnable = { variables: judging.variables, guards: 'of objects' };
  }

  /** Pure policies have answered when the plan is settled. */
  get denials(): GraphQLError[] {
    const { plan, fragments } = this.#judging;
    const judge = judgeOf(this.#asked, this.#judging);
    void settlePlan(judge, plan);
    return staticDenials(judge, this.#asked.operation, fragments);
  }
}

const judgeOf = (
  { viewerOf, context, operation, raw }: Asked,
  { compiled, variables }: Judging,
): FieldJudge =>
  new FieldJudge(compiled, viewerOf(context), rawVariables(operation, raw, variables));

function judgeAll(asked: Asked, judging: Judging): MaybePromise<Judgement> {
  const { verdicts, schema, operation, raw, context, onUnauthorized, dryRun } = asked;
  const { plan, fragments, variables } = judging;
  const judge = judgeOf(asked, judging);
  verdicts?.announce(context, operation, { raw, coerced: variables });
  return andThen(settlePlan(judge, plan), () => {
    const execution = { schema, operation, fragments, variableValues: variables };
    const foresight = verdicts?.foresee(context, execution, judge, plan) ?? 'denied';
    const mayRefuse = !dryRun && refusesAll(judge, operation, onUnauthorized);
    return new Reached(judge, { operation, fragments, variables }, { foresight, mayRefuse });
  });
}

interface Parts {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A class for its getter: each object literal with one is a new hidden class to V8, which lives until a full collection. */
class Reached implements Judgement {
  readonly refuseAll: boolean;
  readonly runnable: Runnable | null;
  #denials: GraphQLError[] | null;
  readonly #judge: FieldJudge;
  readonly #parts: Parts;

  constructor(
    judge: FieldJudge,
    parts: Parts,
    { foresight, mayRefuse }: { foresight: Foresight; mayRefuse: boolean },
  ) {
    const isClear = foresight === 'clear';
    const { variables } = parts;
    this.runnable =
      foresight === 'denied' ? null : { variables, guards: isClear ? 'nothing' : 'anything' };
    this.#denials = isClear ? [] : null;
    this.#judge = judge;
    this.#parts = parts;
    this.refuseAll = mayRefuse && this.denials.length > 0;
  }

  /** An error costs more than all the rest, and few ask for them. */
  get denials(): GraphQLError[] {
    const { operation, fragments } = this.#parts;
    return (this.#denials ??= staticDenials(this.#judge, operation, fragments));
  }
}
