import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network that can be told to swallow whatever is sent, as one does that has come apart: nobody is told. */
export async function blackhole(port: number) {
  const sockets = new Set<Socket>();
  let swallowing = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (swallowing || to.write(bytes)));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => (swallowing = true),
    pass: () => (swallowing = false),
    close: () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
