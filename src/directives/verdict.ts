import type { GraphQLError, GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import type { Credential, ViewerContext } from '../viewer.js';
import type { CompiledSchema } from './compile.js';
import { FieldJudge, type ViewerJudge } from './judge.js';
import { createPlans, type OperationPlan } from './plan.js';
import { refusesAll, staticDenials, type OnUnauthorized } from './staticPass.js';
import { askOfInputs } from './suppliedInputs.js';
import {
  coerceVariables,
  coercedVariables,
  isSameInput,
  rawVariables,
  type Variables,
} from './variables.js';

/** What the static pass says of one execution. Reached once for each, at its first guarded field. */
export type Verdict =
  /** Everything that the operation could ask for is met: no field needs a look. */
  { readonly clear: true } | UnclearVerdict;

/** Something may be denied: each guarded field is looked at. */
export interface UnclearVerdict {
  readonly clear: false;
  /** Why nothing of the operation runs, one error for each denied field; empty when it does. */
  readonly refusals: readonly GraphQLError[];
  /** The judge for what a context's viewer sees in this execution. */
  judgeFor(context: unknown): FieldJudge;
}

/** The part of GraphQL's `info` that is the same for a whole execution. */
export type Execution = Pick<GraphQLResolveInfo, 'operation' | 'fragments' | 'variableValues'>;

/** Reaches verdicts, and remembers them as long as their executions run. */
export interface Verdicts {
  of(context: unknown, execution: Execution): Verdict;
  /** Tells what the request brought, so that the verdict over this operation and context is exact. */
  announce(context: object, operation: OperationDefinitionNode, raw: Values): void;
}

type Values = Readonly<Record<string, unknown>>;

interface Remembered {
  readonly context: unknown;
  /** A context that lives longer than a request (a socket's) may change it. */
  readonly credential: Credential | undefined;
  readonly operation: OperationDefinitionNode;
  readonly verdict: Verdict;
}

export function createVerdicts(
  compiled: CompiledSchema,
  judgeOf: (context: unknown) => ViewerJudge,
  onUnauthorized: OnUnauthorized,
): Verdicts {
  const planOf = createPlans(compiled);
  const announced = new WeakMap<object, { operation: OperationDefinitionNode; raw: Values }>();
  // graphql-js coerces the variables anew for every execution, each event of a subscription included.
  const verdicts = new WeakMap<object, Remembered>();

  /** What was announced counts only where graphql-js makes of it exactly what it has made for this execution. */
  const variablesOf = (context: unknown, { operation, variableValues }: Execution): Variables => {
    const known = announced.get(context as object);
    if (known !== undefined && known.operation === operation) {
      const coerced = coerceVariables(compiled.schema, operation, known.raw);
      if (isSameInput(coerced, variableValues)) {
        return rawVariables(operation, known.raw, variableValues);
      }
    }
    return coercedVariables(variableValues);
  };

  const reach = (context: unknown, execution: Execution): Verdict => {
    const plan = planOf(execution.operation, execution.fragments);
    if (asksForNothing(plan)) return { clear: true };
    const judge = new FieldJudge(compiled, judgeOf(context), variablesOf(context, execution));
    const isMet = judge.viewer.meets(plan.requirements) && meetsInputs(judge, plan);
    if (isMet && canBeClear(plan)) return { clear: true };
    const refusals =
      !isMet && refusesAll(judge, execution.operation, onUnauthorized)
        ? staticDenials(judge, execution.operation, execution.fragments)
        : [];
    return { clear: false, refusals, judgeFor: judgesOf(context, judge, judgeOf) };
  };

  return {
    of(context, execution) {
      const { operation, variableValues } = execution;
      const credential = (context as Partial<ViewerContext> | undefined)?.credential;
      const known = verdicts.get(variableValues);
      if (
        known !== undefined &&
        known.context === context &&
        known.credential === credential &&
        known.operation === operation
      ) {
        return known.verdict;
      }
      const verdict = reach(context, execution);
      verdicts.set(variableValues, { context, credential, operation, verdict });
      return verdict;
    },
    announce(context, operation, raw) {
      announced.set(context, { operation, raw });
    },
  };
}

const asksForNothing = (plan: OperationPlan): boolean =>
  plan.requirements.length === 0 && plan.inputs.length === 0 && canBeClear(plan);

const canBeClear = (plan: OperationPlan): boolean =>
  !plan.hasCredentialField && !plan.hasUnknownField;

const meetsInputs = (judge: FieldJudge, { inputs }: OperationPlan): boolean =>
  inputs.every(
    ({ field, node }) =>
      field.inputs === null ||
      askOfInputs(field.inputs, node, judge.variables, (requirements) =>
        judge.viewer.meets(requirements) ? null : 'unmet',
      ) === null,
  );

/** The request's viewer, and the one whom a payload names: each with a memory of its own. */
function judgesOf(
  requestContext: unknown,
  requestJudge: FieldJudge,
  judgeOf: (context: unknown) => ViewerJudge,
): UnclearVerdict['judgeFor'] {
  const others = new Map<unknown, FieldJudge>();
  return (context) => {
    if (context === requestContext) return requestJudge;
    let judge = others.get(context);
    if (judge === undefined) {
      const { compiled, variables } = requestJudge;
      judge = new FieldJudge(compiled, judgeOf(context), variables);
      others.set(context, judge);
    }
    return judge;
  };
}
