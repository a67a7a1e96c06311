/** A server in a process of its own, with the probe in it. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onFirstCore } from './pin.mjs';
import { SECRET } from './world.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

let servers = 0;

/** The real `gatehouse serve`, as in production but for a secret that we know. */
export const startGatehouse = (world, { env = {}, ...options } = {}) =>
  startChild({
    ...options,
    log: join(world.folder, `server${++servers}.log`),
    script: path('../../.modules/cli/main.js'),
    args: ['serve', '--port', '0', '--host', '127.0.0.1', '--database', world.database],
    env: { NODE_ENV: 'production', JWT_SECRET_KEY: SECRET, ...env },
  });

/** Starts a script that prints `Listening on URL`; its output goes into a file, so that nobody has to read along. */
export async function startChild({ log, flags = [], script, args = [], env = {}, pin = true }) {
  const output = openSync(log, 'w');
  const node = [process.execPath, '--import', path('probe.mjs'), ...flags, script, ...args];
  const [command, ...rest] = [...(pin ? onFirstCore() : []), ...node];
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', output, 'inherit', 'ipc'],
  });
  closeSync(output);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const waiting = new Map();
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error));
  });
  let asked = 0;
  const ask = (name, parameters) =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve, reject });
      child.send({ id: asked, name, parameters });
    });
  const url = await listening(child, log);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { url, ask, stop, pid: child.pid };
}

async function listening(child, log) {
  for (;;) {
    const found = /Listening on (\S+)\n/.exec(readFileSync(log, 'utf8'));
    if (found !== null) return new URL(found[1]);
    if (child.exitCode !== null) throw new Error(`The server ended:\n${readFileSync(log, 'utf8')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
