import cors from 'cors';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { errorCatalogue } from '../common.js';
import type { MaybePromise } from '../outcome.js';
import { systemClock } from '../time.js';
import { createAddressReader } from '../context/address.js';
import { ClientGone } from './body.js';
import { Exchange } from './exchange.js';
import { createHealth, onlyGet } from './health.js';
import { isBehindLast, markLast } from './lastRequest.js';
import type { ServerContext, ServerOptions } from './options.js';
import { requestIdOf } from './requestId.js';
import { HttpRefusal, sendError, sendJson } from './respond.js';
import type { RequestCount } from './stop.js';
import { hostsIn } from './target.js';

/** One that nobody offers, if it comes here. Node drops what was sent in one go with it, so that nothing may follow. */
const asksForUpgrade = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade !== undefined && /\bupgrade\b/i.test(headers.connection ?? '');

/** RFC 9112 §6.1: who says it in HTTP/1.0 may not know where its end is, so that nothing may follow. */
const hasFaultyFraming = ({ httpVersionMinor, headers }: IncomingMessage): boolean =>
  httpVersionMinor === 0 && headers['transfer-encoding'] !== undefined;

/** Characters that a caller can put into one place of a log line. */
const MAX_LOGGED = 100;

/** Answers one path. */
export type Handler = (exchange: Exchange) => MaybePromise<void>;

export interface ListenerParts {
  readonly endpoint: Handler;
  /** Answers, or says that the path is none of its own. */
  readonly explorer: ((exchange: Exchange) => Promise<boolean>) | null;
  readonly isStopping: () => boolean;
  readonly requests: RequestCount;
}

/** From a request of Node to the handler of its path, with what every answer has: an id, CORS, a log line. */
export function createListener<Context extends ServerContext>(
  options: ServerOptions<Context>,
  { endpoint, explorer, isStopping, requests }: ListenerParts,
): RequestListener {
  const { log, path, routes = {}, clock = systemClock, newRequestId = randomUUID } = options;
  const addresses = createAddressReader(options.trustProxy, log);
  const health = createHealth({ readiness: options.readiness, log, isStopping });
  const allowOrigins = createCors(options.corsOrigins);
  const readOnly: ReadonlyMap<string, Handler> = new Map<string, Handler>([
    ['/healthz', health.live],
    ['/readyz', health.ready],
    ...Object.entries(routes).map(([at, answer]): [string, Handler] => [
      at,
      async (exchange) => {
        const { status, headers, body } = await answer(exchange);
        sendJson(exchange, status, body, headers);
      },
    ]),
  ]);

  /** What follows the first part of a path that is none of ours may be anything, a password too. */
  function loggedPath(at: string, status: number): string {
    if (at === path || readOnly.has(at)) return at;
    if (at.startsWith(`${path}/explorer/`) && status < 400) return at;
    const shown = `/${at.split('/', 2)[1] ?? ''}`.slice(0, MAX_LOGGED);
    return shown === at ? at : `${shown}…`;
  }

  function dispatch(exchange: Exchange): MaybePromise<void> {
    if (hostsIn(exchange.rawHeaders) > 1) {
      throw new HttpRefusal(400, 'There are several Host headers.');
    }
    if (explorer === null) return route(exchange);
    return explorer(exchange).then((isAnswered) => (isAnswered ? undefined : route(exchange)));
  }

  function route(exchange: Exchange): MaybePromise<void> {
    if (exchange.path === path) return endpoint(exchange);
    const handler = readOnly.get(exchange.path);
    if (handler === undefined)
      throw new HttpRefusal(404, 'There is nothing here.', {}, 'NOT_FOUND');
    onlyGet(exchange);
    return handler(exchange);
  }

  function answer(exchange: Exchange): void {
    try {
      const answering = dispatch(exchange);
      if (answering) answering.catch((error: unknown) => fail(exchange, error));
    } catch (error) {
      fail(exchange, error);
    }
  }

  function fail(exchange: Exchange, error: unknown): void {
    const { codes, requestId } = exchange;
    if (error instanceof ClientGone) return;
    if (error instanceof HttpRefusal) {
      codes.add(error.code);
      sendError(exchange, error.status, error.message, { code: error.code }, error.headers);
      return;
    }
    codes.add('INTERNAL_SERVER_ERROR');
    log.error({ requestId, err: error }, 'An unexpected error was masked.');
    const extensions = { code: 'INTERNAL_SERVER_ERROR', requestId };
    sendError(exchange, 500, errorCatalogue.INTERNAL_SERVER_ERROR, extensions);
  }

  return (request, response) => {
    if (isBehindLast(request)) return;
    const start = clock.now();
    const { socket } = request;
    requests.begin(socket);
    const id = requestIdOf(request, addresses, newRequestId);
    const address = addresses.clientOf(request);
    const exchange = new Exchange(request, response, id, address, addresses.siteOf);
    if (isStopping() || asksForUpgrade(request) || hasFaultyFraming(request)) {
      exchange.head.push('connection', 'close');
      markLast(request);
    }
    response.on('close', () => {
      requests.end(socket);
      const { method, operationName, codes, userId } = exchange;
      const quiet = exchange.path === '/healthz' || exchange.path === '/readyz';
      log[quiet ? 'debug' : 'info'](
        {
          requestId: id,
          method,
          path: loggedPath(exchange.path, response.statusCode),
          status: response.statusCode,
          ms: clock.now() - start,
          address,
          ...(operationName !== null && { operationName: operationName.slice(0, MAX_LOGGED) }),
          ...(codes.size > 0 && { codes: [...codes] }),
          ...(userId !== null && { userId }),
          ...(!response.writableFinished && { aborted: true }),
        },
        'request',
      );
    });
    allowOrigins(exchange, answer);
  };
}

/** With no origins no header at all is sent, and browsers keep other origins out. */
function createCors(
  origins: readonly string[],
): (exchange: Exchange, next: (exchange: Exchange) => void) => void {
  if (origins.length === 0) return (exchange, next) => next(exchange);
  const allow = cors({
    origin: [...origins],
    methods: ['GET', 'POST'],
    credentials: true,
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'WWW-Authenticate'],
    maxAge: 600,
  });
  return (exchange, next) => {
    const { request, response, head } = exchange;
    // To a question about an origin `cors` answers by itself.
    for (let at = 0; at < head.length; at += 2) {
      response.setHeader(head[at] as string, head[at + 1] as string);
    }
    allow(request, response, () => next(exchange));
  };
}
