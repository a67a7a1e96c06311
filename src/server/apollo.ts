import { randomUUID } from 'node:crypto';
import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type HTTPGraphQLRequest,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLError } from 'graphql';
import type { Log } from '../log.js';
import { createErrorDesk, type ErrorDesk } from './errorDesk.js';
import type { Exchange } from './exchange.js';
import type { PendingOperation, ServerContext, ServerOptions } from './options.js';

/** A whole answer of GraphQL, still to be sent. */
export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Map<string, string>;
  readonly body: string;
}

export interface GraphqlEngine {
  /** Runs what a request asks. `body` is the parsed body of a POST. Masks every error. */
  run(exchange: Exchange, body: Record<string, unknown> | undefined): Promise<GraphqlAnswer>;
  stop(): Promise<void>;
}

/** Makes Apollo remember to whom an HTTP request belongs. */
class OwnedRequest implements HTTPGraphQLRequest {
  readonly method: string;
  readonly headers = new HeaderMap();
  readonly search: string;
  constructor(
    readonly exchange: Exchange,
    readonly body: unknown,
  ) {
    this.method = exchange.method;
    this.search = exchange.search;
    for (const [name, value] of Object.entries(exchange.headers)) {
      if (value !== undefined) this.headers.set(name, String(value));
    }
  }
}

/** Starts Apollo Server behind its `executeHTTPGraphQLRequest`, without anything that it adds by itself. */
export async function startEngine<Context extends ServerContext>(
  options: ServerOptions<Context>,
): Promise<GraphqlEngine> {
  const desk = createErrorDesk(options.log, options.newRequestId ?? randomUUID);
  const server = new ApolloServer<Context>({
    schema: options.schema,
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: options.production,
    // The notice that validation was aborted is the fifth.
    validationOptions: { maxErrors: 4, hideSuggestions: options.production },
    executionOptions: { maxCoercionErrors: 4 },
    formatError: (formatted, error) => desk.format(formatted, error),
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    nodeEnv: options.production ? 'production' : 'development',
    logger: apolloLogger(options.log),
    plugins: [
      // It would instrument every field.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      exchangePlugin(desk, options.judge),
    ],
  });
  await server.start();

  return {
    async run(exchange, body) {
      const {
        status,
        headers,
        body: answer,
      } = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: new OwnedRequest(exchange, body),
        context: () => desk.guardContext(exchange, options.context),
      });
      if (answer.kind !== 'complete') throw new TypeError('Incremental delivery is not supported.');
      if (status === 500 && exchange.codes.size === 0) {
        exchange.failed = desk.adopt(exchange, answer.string);
      }
      return { status: status ?? 200, headers, body: answer.string };
    },
    stop: () => server.stop(),
  };
}

/** Notes in the exchange what the log and the masking need, and asks the judge. */
function exchangePlugin<Context extends ServerContext>(
  desk: ErrorDesk,
  judge: ServerOptions<Context>['judge'],
): ApolloServerPlugin<Context> {
  return {
    requestDidStart(started) {
      const exchange = exchangeOf(started);
      exchange.variables = started.request.variables;
      return Promise.resolve({
        didResolveOperation({ operationName, document }) {
          exchange.operationName = operationName;
          exchange.document = document;
          return Promise.resolve();
        },
        didEncounterErrors({ errors, document }) {
          exchange.document = document;
          desk.claim(exchange, errors);
          return Promise.resolve();
        },
        async responseForOperation({ schema, document, operation, request, contextValue }) {
          // Without an operation (an unknown name, or several) execution says so, whatever the types promise.
          if (judge === undefined || (operation as unknown) === undefined) return null;
          const variables = request.variables ?? {};
          const errors = await judged(judge, {
            schema,
            document,
            operation,
            variables,
            context: contextValue,
          });
          if (errors === null) return null;
          // These never pass Apollo's own formatting.
          const singleResult = { errors: desk.formatAll(exchange, errors), data: null };
          return {
            http: { status: undefined, headers: new HeaderMap() },
            body: { kind: 'single', singleResult },
          };
        },
      });
    },
  };
}

async function judged<Context>(
  judge: (operation: PendingOperation<Context>) => unknown,
  operation: PendingOperation<Context>,
): Promise<readonly unknown[] | null> {
  try {
    return (await judge(operation)) as readonly GraphQLError[] | null;
  } catch (error) {
    return [error];
  }
}

function exchangeOf<Context extends ServerContext>({
  request,
}: GraphQLRequestContext<Context>): Exchange {
  return (request.http as OwnedRequest).exchange;
}

function apolloLogger(log: Log) {
  const to = (level: keyof Log) => (message?: unknown) => log[level]({}, String(message));
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}
