import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { MAX_ERRORS } from '../auth/wrongVariables.js';
import type { Log } from '../log.js';
import { andThen, type MaybePromise } from '../outcome.js';
import { createDocumentStore } from './documentStore.js';
import { createErrorDesk, type ErrorDesk } from './errorDesk.js';
import type { Exchange } from './exchange.js';
import { exchangePlugin } from './exchangePlugin.js';
import { createKnownQueries, type KnownQueries } from './knownQueries.js';
import { runKnown, type KnownResult } from './knownRun.js';
import type { ServerContext, ServerOptions } from './options.js';
import { OwnedRequest } from './ownedRequest.js';
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

/** Starts Apollo Server behind its two public doors: one for requests that leave it nothing to decide but GraphQL. */
export async function startEngine<Context extends ServerContext>(
  options: ServerOptions<Context>,
): Promise<GraphqlEngine> {
  const { log, newRequestId = randomUUID } = options;
  const desk = createErrorDesk({ log, newRequestId, hideSuggestions: hidesSuggestions(options) });
  const queries = createKnownQueries();
  const server = createApollo(options, desk, queries);
  await server.start();

  /** Without what Apollo Server would decide again: types, CSRF (the body is JSON), the form of the body. */
  async function runPlain(
    http: OwnedRequest,
    request: PlainRequest,
    type: string,
    contextValue: Context,
  ): Promise<GraphqlAnswer> {
    const { http: head, body } = await server.executeOperation(
      { http, ...request },
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
      const request = plainRequestOf(body);
      const type = plainAnswerType(exchange);
      if (request === null || type === null) {
        const context = async () => desk.guardContext(exchange, options.context);
        return runWeighed(new OwnedRequest(exchange, body), context);
      }
      const refused = (refusal: Error): Promise<GraphqlAnswer> =>
        runWeighed(new OwnedRequest(exchange, body), () => Promise.reject(refusal));
      const ready = (context: Context): MaybePromise<GraphqlAnswer> => {
        const slow = (): Promise<GraphqlAnswer> =>
          runPlain(new OwnedRequest(exchange, body), request, type, context);
        const known = isLarge(exchange) ? null : queries.find(request);
        if (known === null) return slow();
        const { variables } = request;
        const running = runKnown(options.judge, desk, exchange, { known, variables, context });
        return andThen(running, (result) => (result === null ? slow() : written(result, type)));
      };
      let context: MaybePromise<Context>;
      try {
        context = desk.guardContext(exchange, options.context);
      } catch (error) {
        return refused(error as Error);
      }
      return context instanceof Promise ? context.then(ready, refused) : ready(context);
    },
    stop: () => server.stop(),
  };
}

/** Bytes of a body. */
const SHORT_WAY_LIMIT = 16 * 1024;

/**
 * Whether to go the long way, beside whose cost the body's own is large. The short one coerces variables by graphql-js,
 * which writes the first wrong value out, however large it is, to say what is wrong: half a second for 1 MB.
 */
const isLarge = ({ bodySize }: Exchange): boolean => bodySize > SHORT_WAY_LIMIT;

function written({ status, headers, body }: KnownResult, type: string): GraphqlAnswer {
  headers.set('content-type', type);
  return { status, headers, body: `${JSON.stringify(body)}\n` };
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
  queries: KnownQueries,
): ApolloServer<Context> {
  const { persistedQueries = false } = options;
  const hideSuggestions = hidesSuggestions(options);
  return new ApolloServer<Context>({
    schema: options.schema,
    introspection: options.introspection,
    // Not by Apollo Server: its regular expression takes a time quadratic in what a caller writes.
    hideSchemaDetailsFromClientErrors: false,
    validationOptions: { maxErrors: MAX_ERRORS, hideSuggestions },
    formatError: (formatted, error) => desk.format(formatted, error),
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    ...(!persistedQueries && { persistedQueries: false }),
    documentStore: createDocumentStore(),
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
      exchangePlugin(desk, queries, { judge: options.judge, hideSuggestions }),
    ],
  });
}

function apolloLogger(log: Log) {
  const to = (level: keyof Log) => (message?: unknown) => log[level]({}, String(message));
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}
