import { GraphQLError, GraphQLSchema, type ExecutionResult } from 'graphql';
import type { ConnectionInitMessage, ServerOptions } from 'graphql-ws';
import { AuthError, type ErrorDetails } from '../errors.js';
import type { RequestContext } from '../request.js';
import { StoreUnavailableError } from '../store/store.js';
import { createSocketDesk } from './socketDesk.js';
import { createSocketExecution, type SocketOperation } from './socketExecution.js';
import type { GraphqlWsParts } from './socketParts.js';
import { closeCodes, type SocketExtra } from './socketSession.js';

/** What `auth.graphqlWs` takes. */
export interface GraphqlWsInput {
  /** As `auth.guard` has answered it. */
  readonly schema: GraphQLSchema;
  /**
   * Makes your context of ours, which must be spread into it. Called for each operation and for each event of a
   * subscription. What it throws is masked. Default: ours alone.
   */
  readonly context?: ((context: RequestContext) => object | Promise<object>) | undefined;
  /** Most operations under way on one socket, subscriptions included; more are `RATE_LIMITED`. Default 100. */
  readonly maxOperations?: number | undefined;
}

type AllOptions = ServerOptions<ConnectionInitMessage['payload'], SocketExtra>;

/** Options for `useServer` and `makeServer` of `graphql-ws`; others of theirs may be spread beside them. */
export type GraphqlWsOptions = {
  readonly [
    Name in 'onConnect' | 'onClose' | 'onSubscribe' | 'execute' | 'subscribe' | 'onNext' | 'onError'
  ]-?: NonNullable<AllOptions[Name]>;
};

const DEFAULT_MAX_OPERATIONS = 100;

/** Makes what `auth.graphqlWs` is. */
export function createGraphqlWs(
  parts: GraphqlWsParts,
): (input: GraphqlWsInput) => GraphqlWsOptions {
  return (input) => {
    const { schema, context: extend = (own) => own, maxOperations } = checkedInput(input);
    const desk = createSocketDesk(parts, { schema, extend, maxOperations });
    const operations = desk.operations;
    const execution = createSocketExecution(parts.judge);

    return Object.freeze<GraphqlWsOptions>({
      async onConnect(ctx) {
        try {
          return await desk.connect(ctx);
        } catch (error) {
          if (error instanceof AuthError) {
            const { reason } = error.extensions as ErrorDetails;
            ctx.extra.socket.close(closeCodes.forbidden, reason ?? error.code);
            return false;
          }
          parts.format([error], desk.sentOn(ctx));
          const isPassing = error instanceof StoreUnavailableError;
          const code = isPassing ? closeCodes.tryAgainLater : closeCodes.internalError;
          ctx.extra.socket.close(code, isPassing ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR');
          return false;
        }
      },
      onClose: desk.forget,
      async onSubscribe(ctx, _id, payload) {
        try {
          return await desk.admit(ctx, payload);
        } catch (error) {
          return [asGraphqlError(error)];
        }
      },
      execute: (args) =>
        caught(() => execution.execute(args, operations.get(args) as SocketOperation)),
      subscribe: (args) =>
        caught(() => execution.subscribe(args, operations.get(args) as SocketOperation)),
      onNext(ctx, _id, { variables }, { document }, result) {
        if (result.errors === undefined) return parts.respond(result);
        const errors = parts.format(result.errors, { ...desk.sentOn(ctx), variables, document });
        return parts.respond({ ...result, errors });
      },
      onError: (ctx, _id, { query, variables }, errors) =>
        parts.format(errors, { ...desk.sentOn(ctx), query, variables }),
    });
  };
}

function checkedInput(input: GraphqlWsInput): GraphqlWsInput & { maxOperations: number } {
  const { schema, context, maxOperations = DEFAULT_MAX_OPERATIONS } = input ?? {};
  const fix = 'Write auth.graphqlWs({ schema }) with the schema that auth.guard has answered.';
  if (!(schema instanceof GraphQLSchema)) {
    throw new TypeError(
      `auth.graphqlWs: schema must be a GraphQLSchema; got ${typeof schema}. ${fix}`,
    );
  }
  if (context !== undefined && typeof context !== 'function') {
    throw new TypeError(
      `auth.graphqlWs: context must be a function; got ${typeof context}. Write context: (auth) => ({ ...auth, db }).`,
    );
  }
  if (!Number.isInteger(maxOperations) || maxOperations < 1) {
    throw new TypeError(
      `auth.graphqlWs: maxOperations must be a whole number above 0; got ${String(maxOperations)}. Leave it out for ${DEFAULT_MAX_OPERATIONS}.`,
    );
  }
  const unknown = Object.keys(input).filter(
    (name) => !['schema', 'context', 'maxOperations'].includes(name),
  );
  if (unknown.length > 0) {
    throw new TypeError(
      `auth.graphqlWs has no option ${unknown.join(', ')}. Options of graphql-ws go beside: useServer({ ...auth.graphqlWs({ schema }), ${unknown[0] ?? ''} }, server).`,
    );
  }
  return { schema, context, maxOperations };
}

const asGraphqlError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError
    ? error
    : new GraphQLError('', {
        originalError: error instanceof Error ? error : new Error(String(error)),
      });

/** What breaks is the answer of one operation; it must not end the socket with all others. */
async function caught<Result>(run: () => Promise<Result>): Promise<Result | ExecutionResult> {
  try {
    return await run();
  } catch (error) {
    return { errors: [asGraphqlError(error)] };
  }
}
