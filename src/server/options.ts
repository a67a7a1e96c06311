import type { IncomingHttpHeaders } from 'node:http';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { EarlyAnswer } from '../auth/schemaSide.js';
import type { GraphqlWsParts } from '../auth/socketParts.js';
import type { Site } from '../context/site.js';
import type { DocumentLimits } from '../limits/limits.js';
import type { Log } from '../log.js';
import type { MaybePromise } from '../outcome.js';
import type { Clock } from '../time.js';
import type { SocketOptions } from './socketOptions.js';

/** What the context builder sees of one HTTP request. */
export interface HttpRequest {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came: `headers` shows just the first of several. */
  readonly rawHeaders: readonly string[];
  /** The client's, through trusted proxies; an IPv4 address is never written as IPv6. */
  readonly address: string;
  /** Where the browser sent it, through trusted proxies. */
  readonly site: Site;
  readonly requestId: string;
  /** Adds one `Set-Cookie` header to the answer. */
  addCookie(cookie: string): void;
}

/** The least that the server asks of a context: whom to name in the log. */
export interface ServerContext {
  readonly viewer?: { readonly id: string } | null;
}

/** One valid operation about to run. */
export interface PendingOperation<Context> {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** As they came, before coercion. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
}

/** A small answer of another path, such as `/.well-known/jwks.json`. */
export interface RouteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body: unknown;
}

/** How long things may take, in milliseconds. */
export interface ServerTimes {
  /** Until the headers of a request are there. Default 8 s. */
  readonly headers: number;
  /** Until the whole request is there. Default 12 s. */
  readonly request: number;
  /** How often the two above are looked at: a connection may live so much longer. Default 1 s. */
  readonly check: number;
  /** An idle connection is kept open for so long. Default 65 s, above the 60 s of common load balancers. */
  readonly keepAlive: number;
  /** A connection on whose peer an answer has waited for so long, without any of it being read, is cut. Default 65 s. */
  readonly silence: number;
  /** `stop()` goes on accepting for so long, so that `/readyz` can say `stopping`. Default 1 s. */
  readonly drain: number;
  /**
   * After that `stop()` accepts those who wait for it, and keeps connections that have said nothing yet, each for so long
   * at most. Default 0.1 s.
   */
  readonly linger: number;
  /** `stop()` waits so long at most for requests under way. Default 10 s. */
  readonly stop: number;
  /** A socket that has not sent `connection_init` by then is closed with 4408. Default 10 s. */
  readonly socketInit: number;
  /** Sockets are pinged so often; one that has not answered by the next ping is cut. Default 12 s. */
  readonly socketPing: number;
}

export interface ServerOptions<Context extends ServerContext> {
  readonly schema: GraphQLSchema;
  /**
   * Makes the context of one request. A `GraphQLError` that it throws refuses the request, with the status of its
   * `extensions.http` or one that fits its code; any other error is masked.
   */
  readonly context: (request: HttpRequest) => MaybePromise<Context>;
  /** Asked before the body is read: false answers 403, because a page of another origin uses cookies. Default: true. */
  readonly admits?: (request: HttpRequest) => boolean;
  /**
   * Asked after validation, before execution: errors that refuse the operation whole (HTTP 200), the data of a whole
   * answer without errors, or null, where it is to be executed.
   */
  readonly judge?: (operation: PendingOperation<Context>) => MaybePromise<EarlyAnswer | null>;
  /**
   * Serves GraphQL over WebSocket at the same path: options for `graphql-ws`, whose errors are masked by `format`.
   * Default: upgrades are ignored.
   */
  readonly sockets?: (format: GraphqlWsParts['format']) => SocketOptions;
  /** 0 takes any free one. */
  readonly port: number;
  readonly host: string;
  readonly path: string;
  /** Web origins that may call from a browser; none allows none. */
  readonly corsOrigins: readonly string[];
  readonly introspection: boolean;
  /** Introspection of `schema` shows a viewer what they may use, so messages suggest no names. Default false. */
  readonly filterIntrospection?: boolean;
  readonly explorer: boolean;
  /** Hashes may stand for queries that came before. Default false. */
  readonly persistedQueries?: boolean;
  /** Hides suggestions of names in validation errors. */
  readonly production: boolean;
  readonly limits: DocumentLimits & { readonly maxBodySize: number };
  /** Nobody, so many hops, or the peers in these ranges may say for whom they speak. */
  readonly trustProxy: false | number | readonly string[];
  readonly log: Log;
  /** Throws where the store is down; for `/readyz`. */
  readonly readiness: () => MaybePromise<void>;
  /** GET answers of other paths. */
  readonly routes?: Readonly<Record<string, (request: HttpRequest) => MaybePromise<RouteAnswer>>>;
  /** Called once after the last request has ended. */
  readonly onStop?: () => MaybePromise<void>;
  readonly times?: Partial<ServerTimes>;
  readonly clock?: Clock;
  /** Makes the id of a request that brings none. Default: a random UUID. */
  readonly newRequestId?: () => string;
  /** Folder of the built explorer. Default: the one that `npm run build` makes. */
  readonly explorerFolder?: string;
}

export interface RunningServer {
  /** Of the endpoint, with its path. */
  readonly url: string;
  readonly port: number;
  /** Finishes the requests under way, then closes all connections. Safe to call again. */
  stop(): Promise<void>;
}

export const defaultTimes: ServerTimes = Object.freeze({
  headers: 8000,
  request: 12_000,
  check: 1000,
  keepAlive: 65_000,
  silence: 65_000,
  drain: 1000,
  linger: 100,
  stop: 10_000,
  socketInit: 10_000,
  socketPing: 12_000,
});
