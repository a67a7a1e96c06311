import type { ConnectionInitMessage, ServerOptions } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** What is kept of one socket beside the context of `graphql-ws`. */
export interface SocketExtra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

/** Options of `graphql-ws`, such as `createGraphqlWs` makes them. */
export type SocketOptions = ServerOptions<ConnectionInitMessage['payload'], SocketExtra>;
