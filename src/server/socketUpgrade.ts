import { GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAddressReader } from '../context/address.js';
import { isForeign, type SentFrom } from '../context/site.js';
import { systemClock } from '../time.js';
import type { ServerContext, ServerOptions } from './options.js';
import { handBack } from './socketHandBack.js';
import { requestIdOf } from './requestId.js';
import { HttpRefusal, sendError } from './respond.js';
import type { SocketServer } from './socketServer.js';
import type { RequestCount } from './stop.js';
import { hostsIn, targetOf } from './target.js';

export interface UpgradeParts {
  readonly server: Server;
  readonly sockets: SocketServer;
  readonly isStopping: () => boolean;
  readonly requests: Pick<RequestCount, 'areUnderWay'>;
}

/** How long a peer may take to read a refusal, in milliseconds. */
const REFUSAL_TIME = 1000;

/** An upgrade that somebody offers here. A handshake has no body, and what has one is answered as HTTP. */
export const asksForSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === 'websocket' &&
  headers['transfer-encoding'] === undefined &&
  (headers['content-length'] ?? '0') === '0';

/** Judges the handshakes of WebSocket; an upgrade to anything else is answered as if nobody had asked for it. */
export function createUpgrade<Context extends ServerContext>(
  options: ServerOptions<Context>,
  { server, sockets, isStopping, requests }: UpgradeParts,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const { log, path, corsOrigins, clock = systemClock, newRequestId = randomUUID } = options;
  const addresses = createAddressReader(options.trustProxy, log);

  const sentFrom = (request: IncomingMessage): SentFrom => ({
    method: 'GET',
    origin: request.headers.origin,
    fetchSite: undefined,
    site: addresses.siteOf(request),
  });

  function refusalOf(request: IncomingMessage): HttpRefusal | null {
    const { headers, rawHeaders, httpVersion, method, url = '/' } = request;
    if (isStopping()) {
      return new HttpRefusal(503, 'The server is stopping.', {}, 'SERVICE_UNAVAILABLE');
    }
    // RFC 6455 §4.2.1: the request is of HTTP/1.1 or higher, and names its host.
    if (httpVersion !== '1.1') {
      return new HttpRefusal(400, `A WebSocket is opened with HTTP/1.1, not with ${httpVersion}.`);
    }
    const hosts = hostsIn(rawHeaders);
    if (hosts !== 1) {
      return new HttpRefusal(
        400,
        hosts === 0 ? 'The Host header is missing.' : 'There are several Host headers.',
      );
    }
    if (targetOf(url).split('?', 1)[0] !== path) {
      return new HttpRefusal(404, 'There is nothing here.', {}, 'NOT_FOUND');
    }
    // RFC 6455 §4.1: the handshake is a GET.
    if (method !== 'GET') {
      return new HttpRefusal(405, `${method} opens no WebSocket.`, { allow: 'GET, POST' });
    }
    // RFC 6455 §4.4: a server names the versions that it speaks.
    if (headers['sec-websocket-version'] !== '13') {
      return new HttpRefusal(426, 'The version of WebSocket is 13.', {
        'sec-websocket-version': '13',
      });
    }
    if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '')) {
      return new HttpRefusal(400, 'The header Sec-WebSocket-Key is missing or invalid.');
    }
    if (handleProtocols(headers['sec-websocket-protocol'] ?? '') === false) {
      return new HttpRefusal(400, `The subprotocol is ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`);
    }
    // RFC 6455 §10.2: browsers keep no page from opening a socket anywhere, but they say whose page it is.
    if (isForeign(sentFrom(request), corsOrigins)) {
      return new HttpRefusal(403, 'This origin may not connect.', {}, 'FORBIDDEN');
    }
    return null;
  }

  function judge(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!asksForSocket(request)) {
      handBack(server, request, socket as Socket, head);
      return;
    }
    const start = clock.now();
    const requestId = requestIdOf(request, addresses, newRequestId);
    const address = addresses.clientOf(request);
    const note = (details: object, message: string): void =>
      log.info({ requestId, ms: clock.now() - start, address, ...details }, message);
    const refusal = refusalOf(request);
    if (refusal === null) {
      sockets.accept(request, socket, head, (closeCode) => note({ path, closeCode }, 'socket'));
      return;
    }
    refuse(request, socket as Socket, refusal, requestId);
    note({ method: request.method, status: refusal.status, codes: [refusal.code] }, 'request');
  }

  return (request, socket, head) => {
    // The peer may be gone before it is answered.
    socket.on('error', () => socket.destroy());
    // RFC 9112 §9.3.2: answers keep the order of their requests, and what comes first here is still being written.
    if (requests.areUnderWay(socket)) socket.destroy();
    else judge(request, socket, head);
  };
}

function refuse(
  request: IncomingMessage,
  socket: Socket,
  { status, message, headers, code }: HttpRefusal,
  requestId: string,
): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  const timer = setTimeout(() => socket.destroy(), REFUSAL_TIME);
  socket.once('close', () => clearTimeout(timer));
  response.once('finish', () => socket.destroySoon());
  sendError({ response, head: ['x-request-id', requestId] }, status, message, { code }, headers);
}
