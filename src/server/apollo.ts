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
import type { MaybePromise } from '../outcome.js';
import { createErrorDesk, type ErrorDesk } from './errorDesk.js';
import type { Exchange } from './exchange.js';
import type { PendingOperation, ServerContext, ServerOptions } from './options.js';
import { plainAnswerType, plainRequestOf, type PlainRequest } from './plainRequest.js';

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

const NOT_INCREMENTAL = 'Incremental delivery is not supported.';

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

/** Starts Apollo Server behind its two public doors: one for requests that leave it nothing to decide but GraphQL. */
export async function startEngine<Context extends ServerContext>(
  options: ServerOptions<Context>,
): Promise<GraphqlEngine> {
  const { log, newRequestId = randomUUID } = options;
  const desk = createErrorDesk({ log, newRequestId, hideSuggestions: hidesSuggestions(options) });
  const server = createApollo(options, desk);
  await server.start();

  /** Without what Apollo Server would decide again: types, CSRF (the body is JSON), the form of the body. */
  async function runPlain(
    http: OwnedRequest,
    request: PlainRequest,
    type: string,
    contextValue: Context,
  ): Promise<GraphqlAnswer> {
    const { http: head, body } = await server.executeOperation(
      { ...request, http },
      { contextValue },
    );
    if (body.kind !== 'single') throw new TypeError(NOT_INCREMENTAL);
    const { errors, data, extensions } = body.singleResult;
    head.headers.set('content-type', type);
    const text = `${JSON.stringify({ errors, data, extensions })}\n`;
    return { status: head.status ?? 200, headers: head.headers, body: text };
  }

  async function runWeighed(
    http: OwnedRequest,
    context: () => Promise<Context>,
  ): Promise<GraphqlAnswer> {
    const { status, headers, body } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: http,
      context,
    });
    if (body.kind !== 'complete') throw new TypeError(NOT_INCREMENTAL);
    if (status === 500 && http.exchange.codes.size === 0) {
      http.exchange.failed = desk.adopt(http.exchange, body.string);
    }
    return { status: status ?? 200, headers, body: body.string };
  }

  return {
    async run(exchange, body) {
      const http = new OwnedRequest(exchange, body);
      const context = () => desk.guardContext(exchange, options.context);
      const request = plainRequestOf(body);
      const type = plainAnswerType(exchange);
      if (request === null || type === null) return runWeighed(http, context);
      let contextValue: Context;
      try {
        contextValue = await context();
      } catch (error) {
        const refusal = error as GraphQLError;
        return runWeighed(http, () => Promise.reject(refusal));
      }
      return runPlain(http, request, type, contextValue);
    },
    stop: () => server.stop(),
  };
}

const hidesSuggestions = ({
  production,
  filterIntrospection = false,
}: Pick<ServerOptions<ServerContext>, 'production' | 'filterIntrospection'>): boolean =>
  production || filterIntrospection;

/** Without anything that Apollo Server adds by itself. */
function createApollo<Context extends ServerContext>(
  options: ServerOptions<Context>,
  desk: ErrorDesk,
): ApolloServer<Context> {
  const hideSuggestions = hidesSuggestions(options);
  return new ApolloServer<Context>({
    schema: options.schema,
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: hideSuggestions,
    // The notice that validation was aborted is the fifth.
    validationOptions: { maxErrors: 4, hideSuggestions },
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
}

/** Notes in the exchange what the log and the masking need, and asks the judge, who may answer by itself. */
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
          const context = contextValue;
          const pending = judged(judge, { schema, document, operation, variables, context });
          const answer = pending instanceof Promise ? await pending : pending;
          if (answer === null) return null;
          // These never pass Apollo's own formatting.
          const singleResult =
            'data' in answer
              ? { data: answer.data }
              : { errors: desk.formatAll(exchange, answer), data: null };
          return {
            http: { status: undefined, headers: new HeaderMap() },
            body: { kind: 'single', singleResult },
          };
        },
      });
    },
  };
}

/** What a judge throws refuses the operation. */
function judged<Context extends ServerContext>(
  judge: NonNullable<ServerOptions<Context>['judge']>,
  operation: PendingOperation<Context>,
): MaybePromise<readonly unknown[] | { readonly data: Record<string, unknown> } | null> {
  try {
    const answer = judge(operation);
    return answer instanceof Promise ? answer.catch((error: unknown) => [error]) : answer;
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
