/** Processes on cores of their own, and what they cost. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const canPin = process.platform === 'linux' && availableParallelism() > 1;

/** Keeps this process, which makes the load, on core 1. */
export function pinLoad() {
  if (canPin) execFileSync('taskset', ['-a', '-cp', '1', String(process.pid)], { stdio: 'ignore' });
}

/**
 * Starts a server that prints `Listening on URL`. `cores`: null leaves all to it. Its standard error is ours.
 * Resolves with its address, its process id and `stop`.
 */
export function startServer(args, { env = {}, cores = '0', cwd, nodeArgs = [] } = {}) {
  const node = [process.execPath, ...nodeArgs, ...args];
  const [command, ...rest] = canPin && cores !== null ? ['taskset', '-c', cores, ...node] : node;
  const child = spawn(command, rest, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}: ${text}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = /Listening on (\S+)/.exec(text);
      if (found === null) return;
      const { port } = new URL(found[1]);
      resolve({ port: Number(port), pid: child.pid, stop: () => (child.kill('SIGTERM'), ended) });
    });
  });
}

/** Microseconds of processor that a process has had, all its threads together. */
export function cpuOf(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

/** Microseconds of the main thread alone, exact to the nanosecond. */
export const mainCpuOf = (pid) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;

/** Resident bytes of a process that are not of files. */
export function residentOf(pid) {
  const found = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found[1]) * 1024;
}
