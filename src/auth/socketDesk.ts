import type { ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import { AuthError, unavailable } from '../errors.js';
import type { RequestContext } from '../request.js';
import { admitOperation, type AskedOperation } from './socketAdmission.js';
import type { SocketOperation } from './socketExecution.js';
import type { AskedOverSocket, GraphqlWsParts } from './socketParts.js';
import {
  closeCodes,
  createSocketSession,
  endedError,
  socketFacts,
  type SocketContext,
  type SocketSession,
} from './socketSession.js';

export interface SocketDeskOptions {
  readonly schema: GraphQLSchema;
  /** Makes an embedder's context of ours. */
  readonly extend: (context: RequestContext) => object | Promise<object>;
  readonly maxOperations: number;
}

/** Of the WebSocket API; what is above is closing or closed. */
const OPEN = 1;

/** Adapters whose sockets do not say are taken at their word. */
const isClosing = ({ extra: { socket } }: SocketContext): boolean =>
  (socket.readyState ?? OPEN) > OPEN;

/** Where sockets and operations are let in. */
export interface SocketDesk {
  /** Whether the socket may stay. Where it may not it has been closed. */
  connect(ctx: SocketContext): Promise<boolean>;
  admit(
    ctx: SocketContext,
    asked: AskedOperation,
  ): Promise<ExecutionArgs | readonly GraphQLError[]>;
  /** What the socket itself has brought. */
  sentOn(ctx: object): Pick<AskedOverSocket, 'authorization'>;
  forget(this: void, ctx: object): void;
  /** Those that were admitted. */
  readonly operations: { get(args: ExecutionArgs): SocketOperation | undefined };
}

export function createSocketDesk(
  parts: GraphqlWsParts,
  { schema, extend, maxOperations }: SocketDeskOptions,
): SocketDesk {
  const sessions = new WeakMap<object, SocketSession>();
  const operations = new WeakMap<ExecutionArgs, SocketOperation>();

  function open(ctx: SocketContext): SocketSession {
    const session = createSocketSession(ctx, {
      ...parts,
      facts: socketFacts(ctx, parts.factsOf),
    });
    sessions.set(ctx, session);
    // `onClose` waits until every subscription has ended, and one may never do.
    ctx.extra.socket.once?.('close', () => session.forget());
    return session;
  }

  const sessionOf = (ctx: object): SocketSession => sessions.get(ctx) as SocketSession;
  const sentOn: SocketDesk['sentOn'] = (ctx) => ({
    authorization: sessions.get(ctx)?.facts.authorization[0],
  });

  async function connect(ctx: SocketContext): Promise<boolean> {
    const session = open(ctx);
    const context = await session.context();
    if (context === null) return false;
    if (context.credential.kind === 'unavailable') {
      // For the log, which has the reason then: a socket is closed without one.
      parts.format([unavailable(context.credential)], sentOn(ctx));
      ctx.extra.socket.close(closeCodes.tryAgainLater, 'SERVICE_UNAVAILABLE');
      return false;
    }
    session.watch(context);
    return true;
  }

  async function admit(
    ctx: SocketContext,
    asked: AskedOperation,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const underWay = Object.keys(ctx.subscriptions).length;
    if (underWay > maxOperations) return [tooMany(maxOperations)];
    const session = sessionOf(ctx);
    if (session.ended !== null) return [endedError(session.ended)];
    // RFC 6455 §5.5.1: a peer may go on until it answers our close. The answer would be lost, and a client that asks
    // again on another socket would have it done twice.
    if (isClosing(ctx)) return [new AuthError('SERVICE_UNAVAILABLE', { retryAfter: 1 })];
    const admission = admitOperation(schema, asked, parts.rules);
    if (!admission.ok) return admission.errors;
    const { args, operation } = admission;
    const context = async (): Promise<object | null> => {
      const own = await session.context();
      return own === null ? null : extend(own);
    };
    const contextValue = await context();
    if (contextValue === null) return [endedError(session.ended ?? 'TOKEN_INVALID')];
    const whole = { ...args, contextValue };
    operations.set(whole, { operation, context });
    return whole;
  }

  return {
    connect,
    admit,
    sentOn,
    forget: (ctx) => sessions.get(ctx)?.forget(),
    operations,
  };
}

const tooMany = (allowed: number): AuthError =>
  new AuthError(
    'RATE_LIMITED',
    { retryAfter: 1, allowed },
    `This socket has ${allowed} operations under way. Complete one of them first.`,
  );
