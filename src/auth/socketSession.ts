import type { IncomingMessage } from 'node:http';
import { refreshableReasons, type UnauthenticatedReason } from '../common.js';
import type { RequestFacts } from '../context/context.js';
import type { SocketWatch } from '../context/socketWatch.js';
import { AuthError } from '../errors.js';
import type { MaybePromise } from '../outcome.js';
import type { RequestContext } from '../request.js';
import type { AuthRequest } from './requestFacts.js';

/** What `graphql-ws` knows of a socket, as its adapters for `ws` and `@fastify/websocket` put it. */
export interface SocketExtra {
  readonly socket: {
    close(code: number, reason: string): unknown;
    once?(event: 'close', listener: () => void): unknown;
    readonly readyState?: number;
  };
  /** Of the upgrade. */
  readonly request: IncomingMessage | { readonly raw: IncomingMessage };
}

/** The part of the context of `graphql-ws` that is read. */
export interface SocketContext {
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
  readonly extra: SocketExtra;
  readonly subscriptions: Readonly<Record<string, unknown>>;
}

/** Codes of the protocol GraphQL over WebSocket, and the registered "try again later" (RFC 6455 §11.7). */
export const closeCodes = { forbidden: 4403, internalError: 4500, tryAgainLater: 1013 } as const;

/** One socket and the credential that it was opened with, which never changes. */
export interface SocketSession {
  readonly facts: RequestFacts;
  /** Why the socket has been ended by us; null while it lives. */
  readonly ended: UnauthenticatedReason | null;
  /**
   * The context of one operation or event: the credential is asked again. Null where it is rejected, which ends the
   * socket, and once it has been ended.
   */
  context(): Promise<RequestContext | null>;
  /** Ends the socket when the token ceases to be good. */
  watch(context: RequestContext): void;
  /** Nothing of the socket is kept. */
  forget(): void;
}

export interface SocketSessionParts {
  readonly facts: RequestFacts;
  readonly contextOf: (facts: RequestFacts) => MaybePromise<RequestContext>;
  readonly sockets: SocketWatch;
}

export function createSocketSession(
  socket: SocketContext,
  { facts, contextOf, sockets }: SocketSessionParts,
): SocketSession {
  let ended: UnauthenticatedReason | null = null;
  let forgotten = false;
  let unwatch = (): void => undefined;

  function end(reason: UnauthenticatedReason): void {
    if (ended !== null) return;
    ended = reason;
    unwatch();
    socket.extra.socket.close(closeCodes.forbidden, reason);
    // The peer may take its time to answer: what it was subscribed to ends now.
    for (const subscription of Object.values(socket.subscriptions)) leave(subscription);
  }

  return {
    facts,
    get ended() {
      return ended;
    },
    async context() {
      try {
        const context = await contextOf(facts);
        if (context.credential.kind === 'rejected') end(context.credential.reason);
        return ended === null ? context : null;
      } catch (error) {
        const reason = rejectedFor(error);
        if (reason === null) throw error;
        end(reason);
        return null;
      }
    },
    watch({ accessToken, services }) {
      if (accessToken === null || ended !== null || forgotten) return;
      const { authenticator } = services;
      const ask = () => authenticator.authenticate(accessToken);
      unwatch = sockets.add({ token: accessToken, ask, end });
    },
    forget() {
      forgotten = true;
      unwatch();
    },
  };
}

/** What `onInvalidToken: 'reject'` throws is no answer to a socket: it is ended, as one whose token is refused otherwise. */
function rejectedFor(error: unknown): UnauthenticatedReason | null {
  if (!(error instanceof AuthError) || error.extensions.code !== 'UNAUTHENTICATED') return null;
  return error.extensions.reason as UnauthenticatedReason;
}

/** What an operation is answered on a socket that has been ended. */
export const endedError = (reason: UnauthenticatedReason): AuthError =>
  new AuthError('UNAUTHENTICATED', { reason, refreshable: refreshableReasons.has(reason) });

function leave(subscription: unknown): void {
  const iterator = subscription as { return?: () => Promise<unknown> } | null;
  iterator?.return?.().catch(() => undefined);
}

/** What the upgrade and `connectionParams` say together. Whoever sends something else than a text sends no token. */
export function socketFacts(
  { connectionParams, extra: { request } }: SocketContext,
  factsOf: (request: AuthRequest) => RequestFacts,
): RequestFacts {
  const message = 'raw' in request ? request.raw : request;
  const facts = factsOf({ connectionParams, extra: { request: message } });
  const isUnreadable = Object.entries(connectionParams ?? {}).some(
    ([name, value]) =>
      name.toLowerCase() === 'authorization' &&
      typeof value !== 'string' &&
      value !== null &&
      value !== undefined,
  );
  // Two values are malformed, whatever they are.
  return isUnreadable ? { ...facts, authorization: ['', ''] } : facts;
}
