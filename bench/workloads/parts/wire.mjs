/** A client that costs little beside the server: one request at a time on each kept socket, no parsing but the length. */
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Opens a socket to 127.0.0.1. `ask(bytes)` resolves with the answer's text: head and body as they came. */
export function openLane(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let waiting = null;
    let received = Buffer.alloc(0);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve({
        ask: (bytes) =>
          new Promise((done, failed) => {
            waiting = { done, failed };
            socket.write(bytes);
          }),
        close: () => socket.destroy(),
      });
    });
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (!isWhole(received)) return;
      const text = received.toString();
      received = Buffer.alloc(0);
      const { done } = waiting;
      waiting = null;
      done(text);
    });
    const broken = () => waiting?.failed(new Error('The server closed the connection.'));
    socket.on('error', broken).on('close', broken);
  });
}

function isWhole(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) return bytes.length >= headEnd + 4 + Number(length[1]);
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return bytes.subarray(-5).equals(LAST_CHUNK);
  return true;
}

export const bodyOf = (answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

/** The bytes of a request, made before the clock runs. */
export function requestBytes({ method = 'POST', path, headers = {}, body = '' }) {
  const length = method === 'GET' ? [] : [`content-length: ${Buffer.byteLength(body)}`];
  const given = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', ...given, ...length].join('\r\n')}\r\n\r\n${body}`;
}

export const graphqlBytes = (query, variables, token, more) =>
  postBytes(JSON.stringify({ query, ...(variables && { variables }) }), {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...more,
  });

export const postBytes = (body, headers) =>
  requestBytes({
    path: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

/**
 * Closed loop: `count` sockets, each asking again when it has its answer, for so many seconds or until `total` are
 * asked. `requestOf(n)` is the nth request of all; `check` says whether an answer is right.
 */
export async function flood({
  port,
  count,
  seconds = Infinity,
  total = Infinity,
  requestOf,
  check,
}) {
  const lanes = await Promise.all(Array.from({ length: count }, () => openLane(port)));
  const times = [];
  let sent = 0;
  const began = performance.now();
  const end = began + seconds * 1000;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let at = performance.now(); at < end && sent < total; at = performance.now()) {
        const answer = await lane.ask(requestOf(sent++));
        if (!check(answer)) throw new Error(`This answer is not the one that is due: ${answer}`);
        times.push(performance.now() - at);
      }
    }),
  );
  const elapsed = (performance.now() - began) / 1000;
  lanes.forEach((lane) => lane.close());
  return { value: times.length / elapsed, times };
}
