import { spawn } from 'node:child_process';
import { nodeOn } from './machine.mjs';

const DEADLINE = 30_000;

/**
 * Starts a contender in a process of its own and waits until it prints `Listening on URL`. Of the environment it gets
 * PATH and what it is started with, so that nothing of the caller's shell is measured.
 */
export async function startProcess({ args, env = {}, cwd, core = 0 }) {
  const [command, rest] = nodeOn(core, args);
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), DEADLINE);
    await ended;
    clearTimeout(force);
  };
  try {
    return { url: await listening(child), pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    const name = child.spawnargs.join(' ');
    const timer = setTimeout(
      () => reject(new Error(`${name} did not listen within ${DEADLINE / 1000} s.\n${text}`)),
      DEADLINE,
    );
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      if (text === null) return;
      text += chunk;
      const found = /Listening on (\S+)\s/.exec(text);
      if (!found) return;
      text = null;
      clearTimeout(timer);
      resolve(found[1]);
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with ${code} before it listened.\n${text}`));
    });
  });
}
