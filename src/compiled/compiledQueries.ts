import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { createAttachments } from '../attachments.js';
import { fragmentsOf } from '../fragments.js';
import type { Runnable } from '../directives/judgement.js';
import { tokensOf } from '../limits/tokens.js';
import type { MaybePromise } from '../outcome.js';
import type { ViewerContext } from '../viewer.js';
import { compileOperation } from './compile.js';
import { combinationOf, conditionsOf, truthsOf, type Conditions } from './conditions.js';
import { operationExclusion } from './documentClass.js';
import type { OperationPlan } from './plan.js';
import { runPlan } from './run.js';
import type { Data } from './values.js';

/** An operation about to run. */
export interface PendingOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly context: ViewerContext;
}

export interface CompiledQueries {
  /**
   * The whole `data` of an answer without errors; null where graphql-js is to execute the operation. Where the guards
   * have something left to say they are in force.
   */
  run(operation: PendingOperation, runnable: Runnable): MaybePromise<Data | null>;
}

/** At most so many plans are kept, and so much of what they and their documents hold: 400 bytes each, in round figures. */
const MAX_PLANS = 1000;
const MAX_COST = 50_000;
const MAX_COST_OF_ONE = 6000;

/** An operation that was seen twice, with a plan for each combination of what its conditions say. */
interface Family {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly conditions: Conditions;
  readonly members: Member[];
}

/** One combination. */
interface Member {
  isOutside: boolean;
}

/**
 * Runs queries that were compiled before. An operation is compiled when the server sees it for the second time: who
 * sends a million distinct documents costs neither time nor memory here.
 */
export function createCompiledQueries(): CompiledQueries {
  // Of documents that nobody else keeps nothing is kept here.
  const seen = createAttachments<OperationDefinitionNode, 'once' | 'outside' | Family>();
  const plans = new LRUCache<Member, OperationPlan>({
    max: MAX_PLANS,
    maxSize: MAX_COST,
    maxEntrySize: MAX_COST_OF_ONE,
    sizeCalculation: (plan) => costOf(plan),
  });

  const familyOf = ({ schema, document, operation }: PendingOperation): Family | null => {
    const sight = seen.get(operation);
    if (sight === undefined) seen.set(operation, 'once');
    if (sight === undefined || sight === 'outside') return null;
    if (sight !== 'once') {
      // One operation node may stand in two documents that were put together by hand, or run on two schemas.
      return sight.schema === schema && sight.document === document ? sight : null;
    }
    const conditions =
      operationExclusion(schema, operation) ?? conditionsOf(operation, fragmentsOf(document));
    if (typeof conditions === 'string') {
      seen.set(operation, 'outside');
      return null;
    }
    const family = { schema, document, conditions, members: [] };
    seen.set(operation, family);
    return family;
  };

  const planOf = (pending: PendingOperation, { variables }: Runnable): OperationPlan | null => {
    const family = familyOf(pending);
    if (family === null) return null;
    const { schema, document, conditions, members } = family;
    const combination = combinationOf(conditions, variables);
    if (combination === null) return null;
    const member = (members[combination] ??= { isOutside: false });
    if (member.isOutside) return null;
    const known = plans.get(member);
    if (known !== undefined) return known;
    const truths = truthsOf(conditions, combination);
    const compiled = compileOperation(schema, document, pending.operation, truths);
    if (typeof compiled !== 'string') plans.set(member, compiled);
    member.isOutside = !plans.has(member);
    return plans.get(member) ?? null;
  };

  return {
    run(operation, runnable) {
      const { kind } = operation.context.credential;
      // Of a credential that was refused something is likely to say so, and then all would run twice.
      if (kind !== 'valid' && kind !== 'none') return null;
      const plan = planOf(operation, runnable);
      if (plan === null || isResting(plan)) return null;
      const { context } = operation;
      const data = runPlan(plan, context, runnable);
      return data instanceof Promise ? data.then((late) => noted(plan, late)) : noted(plan, data);
    },
  };
}

function noted(plan: OperationPlan, data: Data | null): Data | null {
  if (data === null) rest(plan);
  else plan.rest.failures = 0;
  return data;
}

const LONGEST_REST = 1024;

/** A plan whose runs go wrong is left alone for twice as many requests each time: they all would run twice. */
function rest({ rest }: OperationPlan): void {
  rest.failures += 1;
  rest.requests = Math.min(2 ** rest.failures, LONGEST_REST);
}

function isResting({ rest }: OperationPlan): boolean {
  if (rest.requests === 0) return false;
  rest.requests -= 1;
  return true;
}

/** Tokens of the document, which stays as long as its plan, and what was compiled of it. */
const costOf = ({ document, size }: OperationPlan): number => tokensOf(document) + 2 * size;
