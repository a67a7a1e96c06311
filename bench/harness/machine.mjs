import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';

/** Whether the server and the load generator can have a core each. */
export const pinned = cpus().length >= 2 && canPin();

function canPin() {
  try {
    execFileSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The command that runs node on one core; `core` is 0 for the server, 1 for the load generator, null for any. */
export const nodeOn = (core, args) =>
  pinned && core !== null
    ? ['taskset', ['-c', String(core), process.execPath, ...args]]
    : [process.execPath, args];

const json = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** What a figure depends on: it is compared with no figure of another. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release()}`,
  node: process.version,
  pinned,
  packages: {
    'graphql-gatehouse': json('../../package.json').version,
    ...json('../package.json').dependencies,
  },
});
