import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Runnable } from '../directives/judgement.js';
import { tokensOf } from '../limits/tokens.js';
import type { MaybePromise } from '../outcome.js';
import type { ViewerContext } from '../viewer.js';
import { compileOperation } from './compile.js';
import type { OperationPlan } from './plan.js';
import { runPlan, type Data } from './run.js';

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

/**
 * Runs queries that were compiled before. An operation is compiled when the server sees it for the second time: who
 * sends a million distinct documents costs neither time nor memory here.
 */
export function createCompiledQueries(): CompiledQueries {
  // Of documents that nobody else keeps nothing is kept here.
  const seen = new WeakMap<OperationDefinitionNode, 'once' | 'outside'>();
  const plans = new LRUCache<OperationDefinitionNode, OperationPlan>({
    max: MAX_PLANS,
    maxSize: MAX_COST,
    maxEntrySize: MAX_COST_OF_ONE,
    sizeCalculation: (plan) => costOf(plan),
  });

  const planOf = ({ schema, document, operation }: PendingOperation): OperationPlan | null => {
    const known = plans.get(operation);
    // One operation node may stand in two documents that were put together by hand, or run on two schemas.
    if (known !== undefined) {
      return known.schema === schema && known.document === document ? known : null;
    }
    const sight = seen.get(operation);
    if (sight !== 'once') {
      if (sight === undefined) seen.set(operation, 'once');
      return null;
    }
    const compiled = compileOperation(schema, document, operation);
    if (typeof compiled === 'string') {
      seen.set(operation, 'outside');
      return null;
    }
    plans.set(operation, compiled);
    if (!plans.has(operation)) seen.set(operation, 'outside');
    return compiled;
  };

  return {
    run(operation, runnable) {
      const { kind } = operation.context.credential;
      // Of a credential that was refused something is likely to say so, and then all would run twice.
      if (kind !== 'valid' && kind !== 'none') return null;
      const plan = planOf(operation);
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
