/** Servers on a core of their own, and what they cost. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pinned } from '../../harness/machine.mjs';
import { startProcess } from '../../harness/process.mjs';

const keepOn = (cores) =>
  pinned && execFileSync('taskset', ['-a', '-cp', cores, String(process.pid)], { stdio: 'ignore' });

/** Runs `work`, which makes the load in this process, on core 1. What it starts must name its core. */
export async function onLoadCore(work) {
  keepOn('1');
  try {
    return await work();
  } finally {
    keepOn('0,1');
  }
}

/** As `startProcess`; answers the port too. `core` null: all of them. */
export async function startServer(args, { env, core = 0, cwd, nodeArgs = [] } = {}) {
  const started = await startProcess({ args: [...nodeArgs, ...args], env, cwd, core });
  return { ...started, port: Number(new URL(started.url).port) };
}

/** Resident bytes of a process that are not of files. */
export function anonymousMemory(pid) {
  const found = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found[1]) * 1024;
}
