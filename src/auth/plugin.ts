import type {
  DocumentNode,
  GraphQLFormattedError,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { RequestContext } from '../request.js';
import type { ErrorFormat } from './errorFormat.js';
import type { SchemaSide } from './schemaSide.js';

/** The part of Apollo Server's request that the plugin reads. */
interface ApolloRequest<Head> {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly request: { readonly variables?: Record<string, unknown> };
  readonly contextValue: object;
  readonly response: { readonly http: Head };
}

interface ApolloAnswer<Head> {
  http: Head;
  body: { kind: 'single'; singleResult: { errors: GraphQLFormattedError[]; data: null } };
}

/** `singleResult` where the answer is a whole one. */
interface ApolloBody {
  readonly kind: string;
  singleResult?: object;
}

/** A plugin for Apollo Server 4 and 5, by its shape: we import nothing of it. */
export interface ApolloPlugin {
  requestDidStart(): Promise<{
    responseForOperation<Head>(request: ApolloRequest<Head>): Promise<ApolloAnswer<Head> | null>;
    willSendResponse(request: { readonly response: { body: ApolloBody } }): Promise<void>;
  }>;
}

/**
 * Answers an operation that is refused whole before it is executed: HTTP 200, `data: null`, one error for each
 * denied field. Without it the guards refuse the same fields while they run. These errors are masked by us and do
 * not pass `formatError`, which Apollo Server does not ask here. Also puts the denials of every answer where the options
 * `errors` and `errorCode` say.
 */
export function createApolloPlugin(
  { judge, respond }: Pick<SchemaSide, 'judge' | 'respond'>,
  { formatAll }: ErrorFormat,
): ApolloPlugin {
  async function judged(
    operation: Parameters<SchemaSide['judge']>[0],
  ): Promise<readonly unknown[] | null> {
    try {
      return await judge(operation);
    } catch (error) {
      return [error];
    }
  }

  return Object.freeze<ApolloPlugin>({
    requestDidStart: () =>
      Promise.resolve({
        async responseForOperation({
          schema,
          document,
          operation,
          request,
          contextValue,
          response,
        }) {
          const errors = await judged({
            schema,
            document,
            operation,
            variables: request.variables ?? {},
            context: contextValue as RequestContext,
          });
          if (errors === null) return null;
          const singleResult = { errors: formatAll(errors), data: null };
          return { http: response.http, body: { kind: 'single', singleResult } };
        },
        willSendResponse({ response: { body } }) {
          if (body.singleResult !== undefined) body.singleResult = respond(body.singleResult);
          return Promise.resolve();
        },
      }),
  });
}
