import type { RequestListener, Server } from 'node:http';
import { Server as TcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAttachments } from '../attachments.js';
import type { ServerTimes } from './options.js';
import type { SocketServer } from './socketServer.js';

export interface StopOptions {
  readonly server: Server;
  /** Its connections. */
  readonly open: ReadonlySet<Socket>;
  readonly times: Pick<ServerTimes, 'drain' | 'linger' | 'stop'>;
  /** Closed with their operations done; what is left then is cut. */
  readonly sockets: Pick<SocketServer, 'close' | 'terminate'> | null;
  /** Runs once, when the last connection is closed. */
  readonly afterwards: () => Promise<void>;
}

/** Of the requests that are under way: how many, never which. A connection that is kept must not keep what was asked on it. */
export interface RequestCount {
  begin(this: void, socket: Duplex): void;
  end(this: void, socket: Duplex): void;
  areUnderWay(this: void, socket: Duplex): boolean;
}

/** A turn of the event loop so short that hardly anybody connects in it, in milliseconds. */
const SHORT_TURN = 0.2;

/**
 * A stop that loses no request: it goes on accepting while it drains, so that whoever asks `/readyz` is told; then
 * waits for what is under way, and cuts what is left after `times.stop`.
 */
export function createStop({ server, open, times, sockets, afterwards }: StopOptions) {
  let stopping: Promise<void> | null = null;
  let isClosing = false;
  const counts = createAttachments<Duplex, number>();
  const countOf = (socket: Duplex): number => counts.get(socket) ?? 0;

  async function run(): Promise<void> {
    const deadline = delay(times.stop);
    // And no longer, whatever is under way: under a steady load something always is.
    await Promise.race([delay(times.drain).done, deadline.done]);
    await allAccepted(server, times.linger);
    // That of HTTP cuts idle connections too, which from Node 26 on are also those that have said nothing yet.
    const closed = new Promise<void>((resolve) => {
      TcpServer.prototype.close.call(server, () => resolve());
    });
    const linger = delay(times.linger);
    await Promise.race([closed, linger.done, deadline.done]);
    linger.cancel();
    // Browsers open connections in advance; to an older Node one that has said nothing yet is none that is idle.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    isClosing = true;
    server.close();
    sockets?.close();
    await Promise.race([closed, deadline.done]);
    deadline.cancel();
    sockets?.terminate();
    server.closeAllConnections();
    // What left HTTP by an upgrade is none of its connections any more.
    for (const socket of open) socket.destroy();
    await closed;
    await afterwards();
  }

  return {
    hasBegun: (): boolean => stopping !== null,
    /** To be told of each request and, once the connection has no more to do with it, of its end. */
    requests: {
      begin(socket): void {
        counts.set(socket, countOf(socket) + 1);
      },
      end(socket): void {
        counts.set(socket, countOf(socket) - 1);
        // What was asked before the stop was not told that its connection ends.
        if (isClosing) setImmediate(() => server.closeIdleConnections());
      },
      areUnderWay: (socket) => countOf(socket) > 0,
    } satisfies RequestCount,
    stop: (): Promise<void> => (stopping ??= run()),
  };
}

/**
 * Waits for a short turn of the event loop in which no connection came, for `longest` milliseconds at most. Node accepts
 * one a turn, and when the port closes the system resets those that still wait, with the requests that they have sent.
 * Requests are held back meanwhile: each that is answered may bring another connection.
 */
async function allAccepted(server: Server, longest: number): Promise<void> {
  const answers = server.listeners('request') as RequestListener[];
  const held: Parameters<RequestListener>[] = [];
  const hold: RequestListener = (...asked) => void held.push(asked);
  let came = false;
  const note = (): void => void (came = true);
  server.removeAllListeners('request').on('request', hold).on('connection', note);
  const begun = performance.now();
  for (let [turn, now] = [begun, begun]; now - begun < longest; turn = now) {
    came = false;
    await new Promise((resolve) => setImmediate(resolve));
    now = performance.now();
    if (!came && now - turn < SHORT_TURN) break;
  }
  server.off('request', hold).off('connection', note);
  for (const answer of answers) server.on('request', answer);
  // In the next turn: the port closes first.
  setImmediate(() => {
    for (const asked of held) if (!asked[1].destroyed) server.emit('request', ...asked);
  });
}

function delay(milliseconds: number): { done: Promise<void>; cancel: () => void } {
  let cancel = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    cancel = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { done, cancel };
}
