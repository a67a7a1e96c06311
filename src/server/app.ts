import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEngine } from './apollo.js';
import { createEndpoint } from './endpoint.js';
import { createErrorDesk } from './errorDesk.js';
import { createExplorer } from './explorer.js';
import { createListener } from './listener.js';
import {
  defaultTimes,
  type RunningServer,
  type ServerContext,
  type ServerOptions,
  type ServerTimes,
} from './options.js';
import { createSocketErrors } from './socketErrors.js';
import { createSocketServer, type SocketServer } from './socketServer.js';
import { asksForSocket, createUpgrade } from './socketUpgrade.js';
import { openConnections } from './connections.js';
import { cutSilent } from './silence.js';
import { createStop } from './stop.js';
import { warmUp } from './warmUp.js';

/** Node's own default, written down: the largest access token and a few cookies fit. */
const MAX_HEADER_SIZE = 16 * 1024;

/**
 * Serves a schema over HTTP. Rejects where the port cannot be had. Does not listen for signals, and closes nothing that
 * it was given.
 */
export async function startServer<Context extends ServerContext>(
  options: ServerOptions<Context>,
): Promise<RunningServer> {
  const times = { ...defaultTimes, ...options.times };
  const engine = await startEngine(options);
  let sockets: SocketServer | null;
  try {
    sockets = createSockets(options, times);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  const server = createServer({
    headersTimeout: times.headers,
    requestTimeout: times.request,
    connectionsCheckingInterval: times.check,
    keepAliveTimeout: times.keepAlive,
    maxHeaderSize: MAX_HEADER_SIZE,
    // Node 20 does not know it, nor do its types.
    ...(sockets !== null && { shouldUpgradeCallback: asksForSocket }),
  });
  // Node drops every header behind the thousandth without a word, the one that a proxy appended too.
  server.maxHeadersCount = 0;
  const open = openConnections(server);
  cutSilent(server, open, times.silence);
  const stop = createStop({
    server,
    open,
    times,
    sockets,
    afterwards: async () => {
      try {
        await engine.stop();
      } finally {
        await options.onStop?.();
      }
    },
  });
  server.on(
    'request',
    createListener(options, {
      endpoint: createEndpoint({ engine, admits: options.admits, limits: options.limits }),
      explorer: options.explorer ? createExplorer(options) : null,
      isStopping: stop.hasBegun,
      requests: stop.requests,
    }),
  );
  if (sockets !== null) {
    const upgrade = createUpgrade(options, {
      ...{ server, sockets, isStopping: stop.hasBegun, requests: stop.requests },
    });
    server.on('upgrade', upgrade);
  }
  try {
    await listen(server, options.port, options.host);
  } catch (error) {
    // Tells those that have timers: it has never listened.
    server.close();
    await engine.stop();
    throw error;
  }
  if (options.production) warmUp(options.schema);
  const { port } = server.address() as AddressInfo;
  return Object.freeze({
    url: `http://${hostInUrl(options.host)}:${port}${options.path}`,
    port,
    stop: stop.stop,
  });
}

/** Null where the server takes no sockets. */
function createSockets<Context extends ServerContext>(
  options: ServerOptions<Context>,
  times: ServerTimes,
): SocketServer | null {
  const {
    log,
    limits,
    newRequestId = randomUUID,
    production,
    filterIntrospection = false,
  } = options;
  if (options.sockets === undefined) return null;
  const hideSuggestions = production || filterIntrospection;
  const desk = createErrorDesk({ log, newRequestId, hideSuggestions });
  return createSocketServer({
    options: options.sockets(createSocketErrors(desk, newRequestId, options.limits.maxTokens)),
    maxMessageSize: limits.maxBodySize,
    times,
    log,
  });
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** An address that can be opened: every interface is reached as this machine, IPv6 stands in brackets (RFC 3986 §3.2.2). */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
