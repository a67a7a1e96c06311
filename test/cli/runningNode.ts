import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode, type Node } from '../../src/cli/serveNode.js';
import { loadConfig, type Environment } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { askAt } from '../support/ask.js';
import { cli, type Ran } from './cli.js';

const running: Node[] = [];
const folders: string[] = [];
// A stop drains for a second: all of a file's servers do so together.
afterAll(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The environment of a database of its own, which lasts as long as the file of tests. */
export function databaseEnv(): Environment {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-node-'));
  folders.push(folder);
  return { GATEHOUSE_DATABASE: join(folder, 'gatehouse.db') };
}

export const PASSWORD = 'correct horse battery';

export interface RunningNode {
  readonly node: Node;
  readonly url: string;
  /** Without the path of the endpoint. */
  readonly origin: string;
  readonly env: Environment;
  /** The command line on the same database. */
  cli(...args: string[]): Promise<Ran>;
  /** Sends one operation. */
  ask(query: string, token?: string): Promise<any>;
  /** A further server on the same database, with other settings where they are given. */
  further(env?: Environment): Promise<RunningNode>;
}

/** A whole server on a port of its own, as `gatehouse serve` starts it with this environment. */
export async function runningNode(given: Environment = {}): Promise<RunningNode> {
  const env = given['GATEHOUSE_DATABASE'] === undefined ? { ...databaseEnv(), ...given } : given;
  const loaded = loadConfig({ env: { ...env, GATEHOUSE_PORT: '0' }, readFile: () => '' });
  if ('problems' in loaded) throw new Error(loaded.problems.join('\n'));
  const node = await startNode(loaded.config, silentLog, systemClock);
  running.push(node);
  const { url } = node.server;
  return {
    node,
    url,
    env,
    origin: new URL(url).origin,
    cli: (...args) => cli(args, { env }),
    further: (more = {}) => runningNode({ ...env, ...more }),
    ask: (query, token) => askAt(url, query, token),
  };
}

export const signup = (email: string): string =>
  `mutation { signup(input: { email: "${email}", password: "${PASSWORD}" }) { accessToken refreshToken } }`;
export const refresh = (token: string): string =>
  `mutation { refreshToken(input: { refreshToken: "${token}" }) { accessToken refreshToken } }`;
