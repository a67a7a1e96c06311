import { execFileSync } from 'node:child_process';
import { blackhole } from './blackhole.js';

/** A place for a node, from which the way to the database can be cut while the way to its clients stays. */
export interface Apart {
  /** How it is made: a network of its own, or, where that is not allowed, a proxy that swallows everything. */
  readonly kind: 'namespace' | 'proxy';
  /** What a program is started with, so that it runs there. */
  readonly under: readonly string[];
  /** Where a node there listens. */
  readonly host: string;
  /** Where the database is, from there. */
  readonly database: { host: string; port: number };
  cut: () => void;
  mend: () => void;
  close: () => void;
}

const ip = (command: string): void => {
  execFileSync('ip', command.split(' '), { stdio: 'pipe' });
};

const name = `gh${process.pid}`;

/** @param port where the database listens on this machine */
export async function apart(port: number): Promise<Apart> {
  try {
    ip(`netns add ${name}`);
  } catch {
    return proxy(port);
  }
  try {
    return await namespace(port);
  } catch {
    ip(`netns del ${name}`);
    return proxy(port);
  }
}

async function proxy(port: number): Promise<Apart> {
  const hole = await blackhole(port);
  return {
    kind: 'proxy',
    under: [],
    host: '127.0.0.1',
    database: { host: '127.0.0.1', port: hole.port },
    cut: hole.swallow,
    mend: hole.pass,
    close: hole.close,
  };
}

/** Two cables, one to the database and one to the clients. What the first carries is passed on to where that listens. */
async function namespace(port: number): Promise<Apart> {
  const network = `198.18.${process.pid % 256}`;
  cable('database', `${network}.1`, `${network}.2`);
  cable('clients', `${network}.5`, `${network}.6`);
  const passOn = await blackhole(port, `${network}.1`);
  return {
    kind: 'namespace',
    under: ['ip', 'netns', 'exec', name],
    host: `${network}.6`,
    database: { host: `${network}.1`, port: passOn.port },
    cut: () => ip(`link set dev ${name}d down`),
    mend: () => ip(`link set dev ${name}d up`),
    close() {
      passOn.close();
      ip(`netns del ${name}`);
    },
  };
}

function cable(to: 'database' | 'clients', here: string, there: string): void {
  const near = `${name}${to[0]}`;
  ip(`link add ${near} type veth peer name ${to} netns ${name}`);
  ip(`addr add ${here}/30 dev ${near}`);
  ip(`link set dev ${near} up`);
  ip(`-n ${name} addr add ${there}/30 dev ${to}`);
  ip(`-n ${name} link set dev ${to} up`);
}
