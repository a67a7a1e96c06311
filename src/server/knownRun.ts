import { execute, OperationTypeNode, type ExecutionResult } from 'graphql';
import { judged, resultOf, type Judged } from '../auth/judged.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { afterQueries, queryCame } from '../precedence.js';
import type { ErrorDesk } from './errorDesk.js';
import type { Exchange } from './exchange.js';
import { headOfErrors } from './errorHead.js';
import type { KnownQuery } from './knownQueries.js';
import type { ServerContext, ServerOptions } from './options.js';

/** Variables that do not fit end at the first error: Apollo Server is to say what is wrong with them. */
const untilWrong = { maxCoercionErrors: 0 };

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
export function runKnown<Context extends ServerContext>(
  judge: ServerOptions<Context>['judge'],
  desk: ErrorDesk,
  exchange: Exchange,
  { known, variables, context }: KnownRequest<Context>,
): MaybePromise<KnownResult | null> {
  const { schema, document, operation, name } = known;
  exchange.variables = variables;
  exchange.operationName = name;
  exchange.document = document;

  const finish = ({ data, errors }: ExecutionResult): KnownResult | null => {
    // Variables that do not fit: no resolver has run.
    if (data === undefined) return null;
    if (errors === undefined) return plain({ data });
    const { status, headers } = headOfErrors(errors);
    return { status, headers, body: { errors: desk.formatExecuted(exchange, errors), data } };
  };
  const run = (): MaybePromise<KnownResult | null> => {
    exchange.judgedOperation = operation;
    const running = execute({
      schema,
      document,
      contextValue: context,
      variableValues: variables,
      options: untilWrong,
    });
    return andThen(running, finish);
  };
  const answer = (reached: Judged): MaybePromise<KnownResult | null> => {
    if (reached === null) return run();
    return plain(resultOf(reached, (errors) => desk.formatAll(exchange, errors)));
  };
  const begin = (): MaybePromise<KnownResult | null> => {
    if (judge === undefined) return run();
    const pending = { schema, document, operation, variables: variables ?? {}, context };
    return andThen(
      judged(() => judge(pending)),
      answer,
    );
  };
  if (operation.operation !== OperationTypeNode.MUTATION) queryCame();
  else if (isNext(exchange)) return new Promise<void>(afterQueries).then(begin);
  return begin();
}

/**
 * Whether no other answer is due on its connection before. Node reads on from a connection until its answers pile up:
 * who sends requests without end, and has none of them answered, would fill the memory with what waits.
 */
const isNext = ({ response }: Exchange): boolean => response.socket !== null;

const plain = (body: object): KnownResult => ({ status: 200, headers: new Map(), body });
