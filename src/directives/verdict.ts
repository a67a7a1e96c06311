import { OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { createAttachments } from '../attachments.js';
import { andThen, type MaybePromise } from '../outcome.js';
import type { Credential } from '../viewer.js';
import { createClearances, credentialOf } from './clearances.js';
import type { CompiledSchema } from './compile.js';
import type { Deny } from './dryRun.js';
import type { Execution, UnclearVerdict, Verdict } from './execution.js';
import { FieldJudge } from './judge.js';
import { ruled, type OperationRule } from './operationRule.js';
import { asksForNothing, canBeClear, type OperationPlan } from './plan.js';
import type { CopyOf } from './preparing.js';
import type { Requirement } from './requirement.js';
import { refusesAll, staticDenials, type OnUnauthorized } from './staticPass.js';
import { settlePlan } from './settlePlan.js';
import { standingOf, type Standing } from './standing.js';
import { coercedVariables, isSameInput, rawVariables, type Variables } from './variables.js';
import type { Judges, ViewerJudge } from './viewerJudge.js';

/** Nothing is left to ask; nothing is denied yet, and objects will be asked about; something is denied. */
export type Foresight = 'clear' | 'open' | 'denied';

/** Reaches verdicts, and remembers them as long as their executions run. */
export interface Verdicts {
  /** Whether the verdict that was reached last is of this execution, and clear. */
  isKnownClear(this: void, context: unknown, execution: Execution): boolean;
  /** A promise only while a request policy has still to answer. */
  of(context: unknown, execution: Execution): MaybePromise<Verdict>;
  /** Tells what the request brought, so that the verdict over this operation and context is exact. */
  announce(context: object, operation: OperationDefinitionNode, brought: Brought): void;
  /**
   * How far an execution with these coerced variables is allowed before there are objects; to be asked when the plan is
   * settled. The verdict stands for it then.
   */
  foresee(context: object, execution: Execution, judge: FieldJudge, plan: OperationPlan): Foresight;
  /** How the viewer of a context stands to a plan, found without judges. A clear verdict stands for executions then. */
  standing(context: object, plan: OperationPlan, schema: GraphQLSchema): Standing;
}

type Values = Readonly<Record<string, unknown>>;

/** The variables of a request, and what graphql-js makes of them under the schema that was compiled. */
interface Brought {
  readonly raw: Values;
  readonly coerced: Values;
}

interface Remembered {
  readonly context: unknown;
  /** A context that lives longer than a request (a socket's) may change it. */
  readonly credential: Credential | undefined;
  readonly operation: OperationDefinitionNode;
  verdict: MaybePromise<Verdict>;
}

export interface VerdictOptions {
  readonly judges: Judges;
  readonly copyOf: CopyOf;
  readonly onUnauthorized: OnUnauthorized;
  /** Nothing is refused whole. */
  readonly dryRun: boolean;
  readonly refuses: OperationRule;
  /** Makes what becomes of the denials of one execution. */
  readonly createDeny: (viewer: ViewerJudge) => Deny;
}

/** Nothing else is allocated for an operation that asks for nothing. */
const CLEAR: Verdict = Object.freeze({ clear: true });

export function createVerdicts(
  compiled: CompiledSchema,
  { judges, copyOf, onUnauthorized, dryRun, refuses, createDeny }: VerdictOptions,
): Verdicts {
  const announced = createAttachments<object, Brought & { operation: OperationDefinitionNode }>();
  const verdicts = createAttachments<object, Remembered>();
  const isAsCompiled = (schema: GraphQLSchema): boolean => copyOf(schema).compiled === compiled;
  const clearances = createClearances();

  /** What was announced counts only where graphql-js makes of it exactly what it has made for this execution. */
  const variablesOf = (
    context: unknown,
    { schema, operation, variableValues }: Execution,
  ): Variables => {
    const known = announced.get(context as object);
    if (known !== undefined && known.operation === operation) {
      if (isSameInput(known.coerced, variableValues)) {
        return rawVariables(operation, known.raw, variableValues);
      }
    }
    return coercedVariables(variableValues, schema);
  };

  const conclude = (
    context: unknown,
    { schema, operation, fragments }: Execution,
    { plan, judge }: { plan: OperationPlan; judge: FieldJudge },
  ): Verdict => {
    const isMet = meetsPlan(judge, plan);
    if (isMet && canBeClear(plan) && isAsCompiled(schema)) return CLEAR;
    const refusals =
      !isMet && !dryRun && refusesAll(judge, operation, onUnauthorized)
        ? staticDenials(judge, operation, fragments)
        : [];
    const deny = createDeny(judge.viewer);
    // Fields ask for what they asked for when they were guarded, by the names of then.
    const ofFields =
      judge.compiled === compiled ? judge : new FieldJudge(compiled, judge.viewer, judge.variables);
    return { clear: false, refusals, judgeFor: judgesOf(context, ofFields, judges), deny };
  };

  const reach = (context: unknown, execution: Execution): MaybePromise<Verdict> => {
    const refusing = ruled(refuses, context, execution, copyOf);
    if (refusing === null) return reachByGuards(context, execution);
    return refusing.then((refused) => refused ?? reachByGuards(context, execution));
  };

  const reachByGuards = (context: unknown, execution: Execution): MaybePromise<Verdict> => {
    const { schema, operation, fragments } = execution;
    const here = copyOf(schema);
    const plan = here.planOf(operation, fragments);
    if (asksForNothing(plan) && isAsCompiled(schema)) return CLEAR;
    // An event comes long after the policies were asked: what they said then may be no more.
    const isEvent = operation.operation === OperationTypeNode.SUBSCRIPTION;
    if (!isEvent && clearances.isForeseen(context, plan) && isAsCompiled(schema)) return CLEAR;
    return andThen(isEvent ? judges.anew(context) : judges.of(context), (viewer) => {
      const judge = new FieldJudge(here.compiled, viewer, variablesOf(context, execution));
      const pending = settlePlan(judge, plan);
      const reached = { plan, judge };
      if (pending === null) return conclude(context, execution, reached);
      return pending.then(() => conclude(context, execution, reached));
    });
  };

  return {
    isKnownClear: clearances.isLast,
    of(context, execution) {
      const { operation } = execution;
      const owner = ownerOf(execution);
      let known = verdicts.get(owner);
      if (known === undefined || !isOf(known, context, operation)) {
        const verdict = reach(context, execution);
        known = { context, credential: credentialOf(context), operation, verdict };
        verdicts.set(owner, known);
      }
      const { verdict } = known;
      const isKnownByVariables = owner === execution.variableValues;
      if (verdict === CLEAR && isKnownByVariables) clearances.remember(context, execution);
      if (!(verdict instanceof Promise)) return verdict;
      const remembered = known;
      // Whoever comes later need not wait.
      return verdict.then((reached) => (remembered.verdict = reached));
    },
    announce(context, operation, { raw, coerced }) {
      announced.set(context, { operation, raw, coerced });
    },
    foresee(context, execution, judge, plan) {
      if (!canBeClear(plan) || !isAsCompiled(execution.schema)) return 'denied';
      if (meetsPlan(judge, plan)) return 'clear';
      if (!mayMeetPlan(judge, plan)) return 'denied';
      const { credential } = judge.viewer;
      const { operation, variableValues } = execution;
      const verdict = conclude(context, execution, { plan, judge });
      verdicts.set(variableValues, { context, credential, operation, verdict });
      return 'open';
    },
    standing(context, plan, schema) {
      const { questions } = plan;
      const credential = credentialOf(context);
      if (questions === null || credential === undefined || !isAsCompiled(schema)) return 'unknown';
      const answer = standingOf(questions, credential.kind === 'valid' ? credential.viewer : null);
      if (answer === 'clear') clearances.foresee(context, plan);
      return answer;
    },
  };
}

/**
 * What tells one execution from another. graphql-js coerces the variables anew for each; the executor of GraphQL Yoga has
 * the same for all events of a subscription, each of which has a root field, and thereby a path, of its own.
 */
export function ownerOf({ operation, variableValues, path }: Execution): object {
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION || path === undefined) {
    return variableValues;
  }
  let root = path;
  while (root.prev !== undefined) root = root.prev;
  return root;
}

/** Whether a verdict was reached for this operation, and for whom the context names now. */
const isOf = (known: Remembered, context: unknown, operation: OperationDefinitionNode): boolean =>
  known.context === context &&
  known.credential === credentialOf(context) &&
  known.operation === operation;

const meetsPlan = (judge: FieldJudge, plan: OperationPlan): boolean =>
  judge.viewer.meets(plan.requirements) &&
  everyInput(judge, plan, (requirements) => judge.viewer.meets(requirements));

/** Whether nothing is denied, as far as there is no object to ask about. */
const mayMeetPlan = (judge: FieldJudge, plan: OperationPlan): boolean =>
  judge.viewer.mayMeet(plan.requirements) &&
  everyInput(judge, plan, (requirements) => judge.viewer.mayMeet(requirements));

const everyInput = (
  judge: FieldJudge,
  { inputs }: OperationPlan,
  isMet: (requirements: readonly Requirement[]) => boolean,
): boolean =>
  inputs.every(({ field, node }) =>
    judge.suppliedTo(field, node).every(({ requirements }) => isMet(requirements)),
  );

/** The request's viewer, and the one whom a payload names: each with a memory of its own. */
function judgesOf(
  requestContext: unknown,
  requestJudge: FieldJudge,
  judgesOfViewers: Judges,
): UnclearVerdict['judgeFor'] {
  const others = new Map<unknown, FieldJudge>();
  return (context) => {
    if (context === requestContext) return requestJudge;
    let judge = others.get(context);
    if (judge === undefined) {
      const { compiled, variables } = requestJudge;
      judge = new FieldJudge(compiled, judgesOfViewers.of(context), variables);
      others.set(context, judge);
    }
    return judge;
  };
}
