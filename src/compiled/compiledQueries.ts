import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { MaybePromise } from '../outcome.js';
import { compileOperation } from './compile.js';
import type { OperationPlan } from './plan.js';
import { runPlan, type Data } from './run.js';

/** An operation all of whose requirements are met, whatever its objects. */
export interface ClearOperation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As graphql-js has coerced them. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: unknown;
}

export interface CompiledQueries {
  /** The whole `data` of an answer without errors; null where graphql-js is to execute the operation. */
  run(operation: ClearOperation): MaybePromise<Data | null>;
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
    sizeCalculation: costOf,
  });

  const planOf = ({ schema, document, operation }: ClearOperation): OperationPlan | null => {
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
    run(operation) {
      const plan = planOf(operation);
      return plan === null ? null : runPlan(plan, operation.context, operation.variables);
    },
  };
}

/** Tokens of the document, which stays as long as its plan, and what was compiled of it. */
function costOf({ document, size }: OperationPlan): number {
  let tokens = 0;
  for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
  return tokens + 2 * size;
}
