import type { Socket } from 'node:net';
import { createAttachments } from '../attachments.js';

/** Requests of one connection that are answered at the same time. */
const MOST = 4;
/** Those that wait for them; each takes 3 kB. More are in no single piece that Node reads. */
const MOST_WAITING = 2048;

interface Line {
  underWay: number;
  readonly waiting: (() => void)[];
}

/** Requests that a client sends on one connection without waiting for the answers. */
export interface Turns {
  /** Begins it, at once or when enough of those before it have been read: answers that nobody reads are not made. */
  enter(this: void, socket: Socket, begin: () => void): void;
  /** To be told when the answer to one that was begun has left, or the connection. */
  leave(this: void, socket: Socket): void;
}

export function createTurns(): Turns {
  const lines = createAttachments<Socket, Line>();

  function next(socket: Socket, line: Line): void {
    const begin = socket.destroyed ? undefined : line.waiting.shift();
    if (begin === undefined) {
      line.underWay -= 1;
      return;
    }
    // Others are answered in between.
    setImmediate(() => {
      begin();
      // Node has begun to read again with the end of the one before.
      if (line.waiting.length === 0) socket.resume();
      else socket.pause();
    });
  }

  return {
    enter(socket, begin) {
      let line = lines.get(socket);
      if (line === undefined) lines.set(socket, (line = { underWay: 0, waiting: [] }));
      if (line.underWay < MOST) {
        line.underWay += 1;
        begin();
        return;
      }
      // What is in the present chunk comes all the same.
      const count = line.waiting.push(begin);
      if (count === 1) socket.pause();
      else if (count > MOST_WAITING) socket.destroy();
    },
    leave(socket) {
      const line = lines.get(socket);
      if (line !== undefined && line.underWay > 0) next(socket, line);
    },
  };
}
