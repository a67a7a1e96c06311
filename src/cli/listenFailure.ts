import { failure } from './exitCodes.js';

const listenFailures: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} of ${host} is in use. Stop what listens there, or choose another port: gatehouse serve --port ${port === 65_535 ? 4000 : port + 1}`,
  EACCES: (_, port) =>
    `Port ${port} may not be opened by this user. Choose one above 1023: gatehouse serve --port 4000`,
  EADDRNOTAVAIL: noSuchHost,
  ENOTFOUND: noSuchHost,
};

function noSuchHost(host: string): string {
  return `${host} is no address of this machine. Set --host to 127.0.0.1, or to 0.0.0.0 for every interface.`;
}

/** A sentence for what keeps a server from listening; any other error as it is. */
export function explain(error: unknown, host: string, port: number): unknown {
  const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException;
  // A resolver has many reasons (EAI_AGAIN, EINVAL …), and one fix.
  const sentence = listenFailures[code] ?? (syscall === 'getaddrinfo' ? noSuchHost : undefined);
  return sentence === undefined ? error : failure(sentence(host, port));
}
