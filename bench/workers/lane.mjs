import { connect } from 'node:net';

/** One connection that is kept open; requests on it go one after the other. As little work as can be. */
export function openLane({ hostname, port, pathname }) {
  const socket = connect(Number(port), hostname).setNoDelay(true);
  let [answer, rest] = [null, ''];
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    rest += chunk;
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(rest)?.[1]);
    if (rest.length < end + 4 + length) return;
    const body = rest.slice(end + 4);
    rest = '';
    answer.resolve(body);
  });
  socket.on('error', (error) => answer?.reject(error));
  const ask = (query, token) => {
    const body = JSON.stringify({ query });
    const bearer = token === undefined ? '' : `authorization: Bearer ${token}\r\n`;
    return new Promise((resolve, reject) => {
      answer = { resolve, reject };
      socket.write(
        `POST ${pathname} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n${bearer}content-length: ${body.length}\r\n\r\n${body}`,
      );
    });
  };
  return { ask, close: () => socket.destroy() };
}
