/** Sends prepared requests over connections that stay open, and reads as little as it can of the answers. */
import { connect } from 'node:net';

/** The bytes of one POST. */
export function requestBytes({ query, variables, token, address }) {
  const body = JSON.stringify({ query, ...(variables && { variables }) });
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: 127.0.0.1',
    'User-Agent: bench',
    'Accept: application/json',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(address === undefined ? [] : [`X-Forwarded-For: ${address}`]),
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Connections to one server. `run(count, next)` sends so many of what `next(lane)` gives, one after the other on each. */
export async function openClient({ port }, connections = 1) {
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port)));
  return {
    /** Answers the body. */
    ask: (bytes) => lanes[0].ask(bytes),
    async run(count, next, check = () => undefined) {
      let left = count;
      await Promise.all(
        lanes.map(async (lane, number) => {
          while (left-- > 0) check(await lane.ask(next(number)), number);
        }),
      );
    },
    close: () => lanes.forEach((lane) => lane.close()),
  };
}

async function openLane(port) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let settle = null;
  let text = '';
  let end = -1;
  const fail = (error) => settle?.reject(error ?? new Error('The server closed the connection.'));
  socket.on('error', fail).on('close', () => fail());
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
    if (end === -1) {
      const head = text.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(text);
      end = head + 4 + Number(length[1]);
    }
    if (text.length < end) return;
    const body = text.slice(text.indexOf('\r\n\r\n') + 4, end);
    [text, end] = ['', -1];
    settle.resolve(body);
  });
  return {
    ask: (bytes) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        if (socket.destroyed) fail();
        else socket.write(bytes);
      }),
    close: () => socket.destroy(),
  };
}
