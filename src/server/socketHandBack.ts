import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Headers that only serve an upgrade; RFC 7540 §3.2.1 for the last. `Connection` is written anew. */
const dropped: ReadonlySet<string> = new Set(['connection', 'upgrade', 'http2-settings']);

/**
 * Answers a request that asks for an upgrade which nobody offers, as plain HTTP (RFC 9110 §7.8: a server may ignore
 * it; some clients ask for HTTP/2 with every first request). Once something listens for upgrades, Node before 22.21
 * asks nobody (`shouldUpgradeCallback`) and stops reading at the headers: they are put back without the upgrade, and
 * the connection begins anew. It ends with the answer (RFC 9112 §9.6), so that nothing pipelined behind is taken for a
 * further upgrade of it.
 */
export function handBack(
  server: Server,
  { method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`, 'Connection: close'];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (!dropped.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  // Node reads headers as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  // What an earlier request has left would cut the connection while this one is answered.
  socket.setTimeout(0);
  server.emit('connection', socket);
}
