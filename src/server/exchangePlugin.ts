import { HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import { OperationTypeNode, type OperationDefinitionNode } from 'graphql';
import { judged, resultOf } from '../auth/judged.js';
import { withoutRoot } from '../auth/unresolved.js';
import { wrongVariables } from '../auth/wrongVariables.js';
import type { ErrorDesk } from './errorDesk.js';
import type { KnownQueries } from './knownQueries.js';
import type { ServerContext, ServerOptions } from './options.js';
import { exchangeOf } from './ownedRequest.js';

export interface ExchangeOptions<Context extends ServerContext> {
  readonly judge: ServerOptions<Context>['judge'];
  readonly hideSuggestions: boolean;
}

/** Notes in the exchange what the log and the masking need, and asks the judge, who may answer by itself. */
export function exchangePlugin<Context extends ServerContext>(
  desk: ErrorDesk,
  queries: KnownQueries,
  { judge, hideSuggestions }: ExchangeOptions<Context>,
): ApolloServerPlugin<Context> {
  return {
    requestDidStart(started) {
      const exchange = exchangeOf(started);
      exchange.variables = started.request.variables;
      return Promise.resolve({
        didResolveOperation({ request, schema, operationName, document, ...resolved }) {
          const operation: OperationDefinitionNode | undefined = resolved.operation;
          exchange.operationName = operationName;
          exchange.document = document;
          // Without an operation (an unknown name, or several) execution says so, whatever the types promise.
          if (operation !== undefined && operation.operation !== OperationTypeNode.SUBSCRIPTION) {
            queries.note(request.query, { schema, document, operation });
          }
          return Promise.resolve();
        },
        didEncounterErrors({ errors, document }) {
          exchange.document = document;
          desk.claim(exchange, errors);
          return Promise.resolve();
        },
        async responseForOperation({ schema, document, operation, request, contextValue }) {
          if ((operation as unknown) === undefined) return null;
          const rootless = withoutRoot(schema, operation);
          if (rootless !== null) {
            return answered({ errors: desk.formatAll(exchange, [rootless]) }, 400);
          }
          const variables = request.variables ?? {};
          const wrong = wrongVariables({ schema, operation, variables, hideSuggestions });
          if (wrong !== null) return answered({ errors: desk.formatAll(exchange, wrong) }, 400);
          if (judge === undefined || exchange.judgedOperation === operation) return null;
          const context = contextValue;
          const pending = judged(() => judge({ schema, document, operation, variables, context }));
          const answer = pending instanceof Promise ? await pending : pending;
          if (answer === null) return null;
          return answered(resultOf(answer, (errors) => desk.formatAll(exchange, errors)));
        },
      });
    },
  };
}

const answered = (singleResult: object, status?: number): GraphQLResponse => ({
  http: { status, headers: new HeaderMap() },
  body: { kind: 'single', singleResult },
});
