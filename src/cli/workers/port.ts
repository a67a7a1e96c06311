import { createServer, type AddressInfo } from 'node:net';
import type { Config } from '../../config.js';

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

/**
 * The same before a start, where it has to be known so early: in development the first one makes an administrator, whose
 * password belongs to a server that serves. In production a port that is set is not opened twice: whoever connects while
 * it is only tried is cut off, such as a proxy whose node starts again.
 */
export const portBefore = ({ host, port, production }: Config): Promise<number> =>
  production && port !== 0 ? Promise.resolve(port) : findPort(host, port);
