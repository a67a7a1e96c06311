import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
} from 'graphql';
import type { RequestContext } from '../request.js';
import type { SchemaSide } from './schemaSide.js';
import { answersTo } from './socketEvents.js';

/** An operation that was admitted, with what its events need. */
export interface SocketOperation {
  readonly operation: OperationDefinitionNode;
  /** A context whose credential was asked just now; null where the socket has been ended. */
  readonly context: () => Promise<object | null>;
}

export interface SocketExecution {
  execute(args: ExecutionArgs, operation: SocketOperation): Promise<ExecutionResult>;
  /** Every event is judged and executed with a context of its own; a credential that is rejected ends them all. */
  subscribe(
    args: ExecutionArgs,
    operation: SocketOperation,
  ): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;
}

/** Executes as over HTTP: the static pass first, graphql-js afterwards. */
export function createSocketExecution(judge: SchemaSide['judge']): SocketExecution {
  const refused = async (
    { schema, document, variableValues, contextValue }: ExecutionArgs,
    { operation }: SocketOperation,
  ): Promise<ExecutionResult | null> => {
    const errors = await judge({
      schema,
      document,
      operation,
      variables: variableValues ?? {},
      context: contextValue as RequestContext,
    });
    return errors === null ? null : { data: null, errors };
  };

  const run = async (args: ExecutionArgs, operation: SocketOperation): Promise<ExecutionResult> =>
    (await refused(args, operation)) ?? execute(args);

  return {
    execute: run,
    async subscribe(args, operation) {
      const refusal = await refused(args, operation);
      if (refusal !== null) return refusal;
      const source = await createSourceEventStream(args);
      if (!(Symbol.asyncIterator in source)) return source;
      return answersTo(source, async (rootValue) => {
        const contextValue = await operation.context();
        return contextValue === null ? null : run({ ...args, rootValue, contextValue }, operation);
      });
    },
  };
}
