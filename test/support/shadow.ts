import { execute, OperationTypeNode, type ExecutionResult } from 'graphql';
import type { Auth } from '../../src/auth/assemble.js';
import type { Operation } from '../../src/request.js';

/**
 * Runs a query compiled, too, and throws where that answers anything else than graphql-js has: for a whole suite, whose
 * operations come once and so are not compiled by themselves.
 */
export async function compareCompiled(
  auth: Pick<Auth, 'answer'>,
  operation: Operation,
  plain: ExecutionResult,
): Promise<void> {
  if (operation.operation.operation !== OperationTypeNode.QUERY) return;
  await auth.answer(operation);
  const answer = await auth.answer(operation);
  if (answer === null || !('data' in answer)) return;
  const { schema, document, variables, context } = operation;
  const again = await execute({
    schema,
    document,
    variableValues: variables,
    contextValue: context,
  });
  const texts = [answer, plain, again].map((result) => JSON.stringify(result));
  if (new Set(texts).size > 1) throw new Error(`A compiled query differs:\n${texts.join('\n')}`);
}
