import { handleProtocols, makeServer, type ConnectionInitMessage } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Log } from '../log.js';
import type { ServerTimes } from './options.js';
import type { SocketExtra, SocketOptions } from './socketOptions.js';

export interface SocketServerOptions {
  readonly options: SocketOptions;
  /** Bytes of one message; a longer one closes the socket with 1009. */
  readonly maxMessageSize: number;
  readonly times: Pick<ServerTimes, 'socketInit' | 'socketPing'>;
  readonly log: Log;
}

export interface SocketServer {
  /** Takes a handshake over. `onClose` is called once, with the code that ended the socket. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    onClose: (code: number) => void,
  ): void;
  /** Closes every socket with 1001 as soon as no query and no mutation is under way on it. */
  close(): void;
  /** Cuts what is left. */
  terminate(): void;
}

/** RFC 6455 §7.4.1: an endpoint is going away. */
const GOING_AWAY = 1001;
const INTERNAL_ERROR = 4500;
const BAD_MESSAGE = 4400;
/** Bytes of answers to one socket that wait for its peer to read; above, nothing more is read from it either. */
const MAX_UNREAD = 256 * 1024;
/** Answers to one socket that wait for its peer to read: a small one takes a hundred times its bytes. */
const MAX_UNREAD_ANSWERS = 1000;
/** Messages of one socket after which it waits for a turn of the event loop: Node reads 2 MiB of a socket in one. */
const MAX_HEARD = 16;
/**
 * Pieces and frames of a message that is not whole yet: one of a single byte takes two hundred. 1 MiB comes in 2,000
 * pieces over the slowest networks.
 */
const MAX_PIECES = 4096;
/**
 * Pongs of one socket between two pings of ours. A peer may send some that nobody asked for (RFC 6455 §5.5.3), but
 * one takes six bytes and is answered by nothing, so that no pace holds them back.
 */
const MAX_PONGS = 1000;
/** How often a stopping server looks whether the last answer has left, in milliseconds. */
const POLL = 20;

/** Speaks `graphql-transport-ws`. Listens on nothing itself: handshakes are handed to it. */
export function createSocketServer({
  options,
  maxMessageSize,
  times,
  log,
}: SocketServerOptions): SocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageSize,
    maxBufferedChunks: MAX_PIECES,
    maxFragments: MAX_PIECES,
    handleProtocols,
  });
  const operationsOf = new WeakMap<WebSocket, () => Readonly<Record<string, unknown>>>();
  const protocol = makeServer<ConnectionInitMessage['payload'], SocketExtra>({
    ...options,
    connectionInitWaitTimeout: times.socketInit,
    async onConnect(ctx) {
      operationsOf.set(ctx.extra.socket, () => ctx.subscriptions);
      try {
        return await options.onConnect?.(ctx);
      } finally {
        // It has been read, and would be kept for as long as the socket is open.
        delete (ctx as { connectionParams?: unknown }).connectionParams;
      }
    },
  });
  const heartbeat = createHeartbeat(sockets.clients, times.socketPing);

  function serve(socket: WebSocket, request: IncomingMessage, onClose: (code: number) => void) {
    const broken = (err: unknown): void => {
      // One that only a server sends, or one so deep that its payload cannot be written back.
      if (
        err instanceof RangeError ||
        /^Unexpected message of type /.test((err as Error).message)
      ) {
        socket.close(BAD_MESSAGE, 'Invalid message received');
        return;
      }
      log.error({ err }, 'A socket was closed after an unexpected error.');
      socket.close(INTERNAL_ERROR, 'INTERNAL_SERVER_ERROR');
    };
    heartbeat.add(socket);
    // What a peer does wrong closes the socket with the code that says so.
    socket.on('error', (err) => log.debug({ err }, 'A socket failed.'));
    const pace = createPace(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => pace.send(data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (answer) =>
          socket.on('message', (data: Buffer) => {
            pace.heard(() => void answer(data.toString()).catch(broken));
          }),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => {
      heartbeat.remove();
      onClose(code);
      closed(code, reason.toString()).catch(broken);
    });
  }

  const isBusy = (socket: WebSocket): boolean =>
    // A subscription stands there as its events, a query or mutation as null.
    Object.values(operationsOf.get(socket)?.() ?? {}).includes(null);

  return {
    accept: (request, socket, head, onClose) =>
      sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, request, onClose)),
    close() {
      for (const socket of sockets.clients) {
        if (!isBusy(socket)) socket.close(GOING_AWAY, 'Going away');
      }
      const isDone = [...sockets.clients].every(({ readyState, CLOSING }) => readyState >= CLOSING);
      if (!isDone) setTimeout(() => this.close(), POLL);
    },
    terminate() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

/** Hears a socket no faster than its peer reads, and than others get their turn. */
function createPace(socket: WebSocket) {
  /** Of the piece that was read last: no more is read until they have been heard. */
  const waiting: (() => void)[] = [];
  let heard = 0;
  let unread = 0;

  const isAhead = (): boolean =>
    heard >= MAX_HEARD || unread >= MAX_UNREAD_ANSWERS || socket.bufferedAmount > MAX_UNREAD;

  function hear(begin: () => void): void {
    heard += 1;
    if (heard === 1) {
      setImmediate(() => {
        heard = 0;
        goOn();
      });
    }
    begin();
  }

  function goOn(): void {
    if (socket.readyState !== socket.OPEN) waiting.length = 0;
    while (waiting.length > 0 && !isAhead()) hear(waiting.shift() as () => void);
    if (waiting.length === 0 && socket.isPaused && !isAhead()) socket.resume();
  }

  return {
    /** To be told of each message; begins with it at once, or when those before it have been answered. */
    heard(begin: () => void): void {
      if (waiting.length > 0 || isAhead()) waiting.push(begin);
      else hear(begin);
      if (waiting.length > 0 || isAhead()) socket.pause();
    },
    /** Settles when the data has left, so that a slow reader slows its own events down. */
    send(data: string): Promise<void> {
      return new Promise((resolve) => {
        if (socket.readyState !== socket.OPEN) {
          resolve();
          return;
        }
        unread += 1;
        // Whatever went wrong, the socket's own `close` follows.
        socket.send(data, () => {
          unread -= 1;
          goOn();
          resolve();
        });
      });
    },
  };
}

/** One timer pings all sockets, and cuts those that have not answered the last ping; too many answers cut one at once. */
function createHeartbeat(sockets: ReadonlySet<WebSocket>, interval: number) {
  /** Pongs since the last ping; a socket begins as one that has answered. */
  const pongs = new WeakMap<WebSocket, number>();
  let timer: NodeJS.Timeout | null = null;

  function beat(): void {
    for (const socket of sockets) {
      if (pongs.get(socket) === 0) {
        socket.terminate();
      } else {
        pongs.set(socket, 0);
        socket.ping();
      }
    }
  }

  function answered(socket: WebSocket): void {
    const count = (pongs.get(socket) ?? 0) + 1;
    pongs.set(socket, count);
    if (count > MAX_PONGS) socket.terminate();
  }

  return {
    add(socket: WebSocket): void {
      answered(socket);
      socket.on('pong', () => answered(socket));
      timer ??= setInterval(beat, interval).unref();
    },
    /** To be called when a socket has closed. */
    remove(): void {
      if (sockets.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    },
  };
}
