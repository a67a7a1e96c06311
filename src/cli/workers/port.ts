import { createServer, type AddressInfo } from 'node:net';

/**
 * The port that all workers are to listen on: the one that is set, or for 0 one that is free. Rejects where none of them
 * could listen, before any is started.
 */
export function findPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, host, () => {
      const found = (probe.address() as AddressInfo).port;
      probe.close(() => resolve(found));
    });
  });
}
