import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../request.js';
import type { MaybePromise } from '../outcome.js';
import type { ErrorFormat } from './errorFormat.js';
import { judged, resultOf, type Judged, type JudgedResult } from './judged.js';
import type { SchemaSide } from './schemaSide.js';
import { withoutRoot } from './unresolved.js';

/** The part of Apollo Server's request that the plugin reads. */
interface ApolloRequest<Head> {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  /** Undefined where the document has none of the name that was sent: graphql-js says so. */
  readonly operation?: OperationDefinitionNode;
  readonly request: { readonly variables?: Record<string, unknown> };
  readonly contextValue: object;
  readonly response: { readonly http: Head };
}

interface ApolloAnswer<Head> {
  http: Head;
  body: { kind: 'single'; singleResult: JudgedResult };
}

/** `singleResult` where the answer is a whole one. */
interface ApolloBody {
  readonly kind: string;
  singleResult?: object;
}

/** A plugin for Apollo Server 4 and 5, by its shape: we import nothing of it. */
export interface ApolloPlugin {
  serverWillStart(server: { readonly schema: GraphQLSchema }): Promise<void>;
  requestDidStart(): Promise<{
    responseForOperation<Head>(request: ApolloRequest<Head>): Promise<ApolloAnswer<Head> | null>;
    willSendResponse(request: FinishedRequest): Promise<void>;
  }>;
}

/** Apollo Server's own, as far as it is read here. */
interface CachePolicy {
  readonly maxAge?: number | undefined;
  restrict(hint: { maxAge?: number; scope?: 'PRIVATE' }): void;
}

interface FinishedRequest
  extends
    Pick<ApolloRequest<unknown>, 'schema'>,
    Partial<Pick<ApolloRequest<unknown>, 'document' | 'operation'>> {
  readonly response: { body: ApolloBody };
  readonly overallCachePolicy?: CachePolicy;
}

/**
 * Answers an operation that is refused whole before it is executed: HTTP 200, `data: null`, one error for each
 * denied field. Without it the guards refuse the same fields while they run. These errors are masked by us and do
 * not pass `formatError`, which Apollo Server does not ask here. Also puts the denials of every answer where the options
 * `errors` and `errorCode` say.
 */
export function createApolloPlugin(
  { judge, ...parts }: PluginSide & { readonly judge: SchemaSide['answer'] },
  { formatAll }: ErrorFormat,
): ApolloPlugin {
  return pluginOf({ judgeFor: () => judge, ...parts }, { formatAll });
}

export type PluginSide = Pick<SchemaSide, 'respond' | 'assertIsGuarded' | 'asks'>;

export interface PluginParts extends PluginSide {
  /** Who judges the operation of a request: one may answer more than the other. */
  readonly judgeFor: (request: object) => SchemaSide['answer'];
}

export function pluginOf(
  { judgeFor, respond, assertIsGuarded, asks }: PluginParts,
  { formatAll }: Pick<ErrorFormat, 'formatAll'>,
): ApolloPlugin {
  function judgedOf(request: ApolloRequest<unknown>): MaybePromise<Judged> {
    const { schema, document, operation, contextValue } = request;
    if (operation === undefined) return null;
    const rootless = withoutRoot(schema, operation);
    if (rootless !== null) return [rootless];
    const variables = request.request.variables ?? {};
    const context = contextValue as RequestContext;
    return judged(() => judgeFor(request)({ schema, document, operation, variables, context }));
  }

  return Object.freeze<ApolloPlugin>({
    // Where it throws the server does not start.
    serverWillStart({ schema }) {
      assertIsGuarded(schema);
      return Promise.resolve();
    },
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation(request) {
          const answer = await judgedOf(request);
          if (answer === null) return null;
          const singleResult = resultOf(answer, formatAll);
          return { http: request.response.http, body: { kind: 'single', singleResult } };
        },
        willSendResponse(request) {
          const { body } = request.response;
          keepPrivate(request, asks);
          if (body.singleResult === undefined) return Promise.resolve();
          const before = body.singleResult;
          body.singleResult = respond(before);
          // What is not under `errors` any more would be cached, for those who may, too.
          if (body.singleResult !== before) request.overallCachePolicy?.restrict({ maxAge: 0 });
          return Promise.resolve();
        },
      }),
  });
}

/** The first of a list, so that caches behind it hear of it. */
export interface PrivacyPlugin {
  requestDidStart(): Promise<{ willSendResponse(request: FinishedRequest): Promise<void> }>;
}

export const createPrivacyPlugin = (asks: SchemaSide['asks']): PrivacyPlugin => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse(request) {
        keepPrivate(request, asks);
        return Promise.resolve();
      },
    }),
});

/** The answer to a guarded operation is this viewer's: shared caches do not get it, whatever hints its fields have. */
function keepPrivate(
  { schema, document, operation, overallCachePolicy }: FinishedRequest,
  asks: SchemaSide['asks'],
): void {
  if (!overallCachePolicy?.maxAge || document === undefined || operation === undefined) return;
  if (asks({ schema, document, operation })) overallCachePolicy.restrict({ scope: 'PRIVATE' });
}
