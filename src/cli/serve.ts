import { createLog } from '../server/log.js';
import type { Call, Command } from './command.js';
import { exitCodes, failure } from './exitCodes.js';
import { createFirstAdmin } from './firstStart.js';
import { greeting } from './greeting.js';
import type { Io } from './io.js';
import { startNode, type Node } from './serveNode.js';

const ADMIN_EMAIL = 'admin@example.com';

/** `gatehouse serve`, which is also `gatehouse` alone. Runs until SIGTERM or SIGINT. */
export const serve: Command = {
  name: 'serve',
  summary: 'Start the server (the default command).',
  positionals: [],
  flags: [
    {
      name: 'admin-email',
      value: 'EMAIL',
      help: `Email of the administrator that the first start in development creates; its random password is printed once. (Default: ${ADMIN_EMAIL})`,
    },
  ],
  takes: () => true,
  async run(call, io) {
    const { config } = call;
    const mode = config.production ? 'production' : 'development';
    io.stdout(`Gatehouse ${io.version}, ${mode}\n`);
    // Asked for before the start, so that a signal during it is not lost.
    const stopRequested = io.stopRequested();
    const node = await start(call, io);
    try {
      await welcome(call, io, node);
      await stopRequested;
    } finally {
      await node.stop();
    }
    return exitCodes.done;
  },
};

async function start({ config }: Call, io: Io): Promise<Node> {
  try {
    return await startNode(config, createLog({ level: config.logLevel }), io.clock);
  } catch (error) {
    throw explain(error, config.host, config.port);
  }
}

/** In production nothing is made silently: there one is told what to run. */
async function welcome({ config, ...call }: Call, io: Io, { auth, server }: Node): Promise<void> {
  const { store, users } = auth.services;
  const prefix = config.jwt.authHeaderPrefix;
  if (!config.production) {
    const email = call.value('admin-email') ?? ADMIN_EMAIL;
    const admin = await createFirstAdmin(store, users, email, io);
    io.stdout(greeting(server.url, prefix, admin, config.hideTokens));
    return;
  }
  io.stdout(greeting(server.url, prefix, null));
  if ((await store.countUsers(null)) === 0) {
    io.stdout(
      'There is no account yet. Create an administrator: gatehouse user create --email you@example.com --role admin\n',
    );
  }
}

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
  const sentence = listenFailures[(error as NodeJS.ErrnoException).code ?? ''];
  return sentence === undefined ? error : failure(sentence(host, port));
}
