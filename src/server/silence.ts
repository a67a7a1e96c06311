import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts connections whose peer does not read what waits for it, in about `silence` milliseconds. `server.timeout` would
 * set the timer of each connection anew at each request, which takes a twentieth of a guarded read.
 */
export function cutSilent(server: Server, silence: number): void {
  const open = new Set<Socket>();
  const timed = new WeakSet<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });

  function look(): void {
    for (const socket of open) {
      if (socket.writableLength === 0) timed.delete(socket);
      else if (!timed.has(socket)) {
        timed.add(socket);
        // Node looks twice: whoever reads slowly reads. Once all has been read, it sets the timer by itself.
        socket.setTimeout(silence / 2);
      }
    }
  }

  const timer = setInterval(look, silence / 4).unref();
  server.once('close', () => clearInterval(timer));
}
