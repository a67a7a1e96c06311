import { execute } from 'graphql';
import type { ErrorDesk } from './errorDesk.js';
import type { Exchange } from './exchange.js';
import { headOfErrors } from './errorHead.js';
import { judged } from './judging.js';
import type { KnownQuery } from './knownQueries.js';
import type { ServerContext, ServerOptions } from './options.js';

/** What a request becomes, still to be written as JSON. */
export interface KnownResult {
  readonly status: number;
  readonly headers: Map<string, string>;
  readonly body: object;
}

export interface KnownRequest<Context> {
  readonly known: KnownQuery;
  readonly variables: Record<string, unknown> | undefined;
  readonly context: Context;
}

/**
 * Runs a query that was parsed and validated before, as Apollo Server and our plugin do: no plugin but ours is there to
 * be told. Null where nothing of it has run, and Apollo Server is to say why.
 */
export async function runKnown<Context extends ServerContext>(
  { judge, executionOptions }: Pick<ServerOptions<Context>, 'judge'> & ExecutionOptions,
  desk: ErrorDesk,
  exchange: Exchange,
  { known, variables, context }: KnownRequest<Context>,
): Promise<KnownResult | null> {
  const { schema, document, operation, name } = known;
  exchange.variables = variables;
  exchange.operationName = name;
  exchange.document = document;
  if (judge !== undefined) {
    const pending = { schema, document, operation, variables: variables ?? {}, context };
    const answer = judged(judge, pending);
    const reached = answer instanceof Promise ? await answer : answer;
    if (reached !== null) {
      return 'data' in reached
        ? plain({ data: reached.data })
        : plain({ errors: desk.formatAll(exchange, reached), data: null });
    }
    exchange.judgedOperation = operation;
  }
  const running = execute({
    schema,
    document,
    contextValue: context,
    variableValues: variables,
    options: executionOptions,
  });
  const { data, errors } = running instanceof Promise ? await running : running;
  // Variables that do not fit: no resolver has run.
  if (data === undefined) return null;
  if (errors === undefined) return plain({ data });
  const { status, headers } = headOfErrors(errors);
  return { status, headers, body: { errors: desk.formatExecuted(exchange, errors), data } };
}

interface ExecutionOptions {
  readonly executionOptions: { readonly maxCoercionErrors: number };
}

const plain = (body: object): KnownResult => ({ status: 200, headers: new Map(), body });
