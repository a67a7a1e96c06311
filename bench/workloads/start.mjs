import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { rowOf, sleep, valueOf } from './parts/figures.mjs';
import { folder } from './parts/sessions.mjs';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const QUERY = { query: '{ me { id } }' };

export const start = {
  name: 'start',
  title: 'Start',
  about:
    'From `gatehouse serve` on an empty folder to the first answer to `{ me { id } }`, process start, database and keys included.',
  type: 'own',
  baseline: 'production',
  targets: ['production', 'development'].map((mode) => ({
    text: `first answer in ${mode}`,
    of: (rows) => valueOf(rows, mode),
    unit: 's',
    atMost: 1,
  })),
  async run({ rounds }) {
    const measured = { production: [], development: [] };
    for (let round = 0; round < rounds; round++) {
      for (const [mode, rows] of Object.entries(measured)) rows.push({ value: await once(mode) });
    }
    return Object.entries(measured).map(([mode, rows]) =>
      rowOf(mode, mode, 's', rows, { lowerIsBetter: true }),
    );
  },
};

/** Seconds. The port is settled before, so that nothing has to be read of what the server prints. */
async function once(mode) {
  const place = folder();
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: place.path,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: mode,
      GATEHOUSE_PORT: String(port),
      GATEHOUSE_HOST: '127.0.0.1',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`gatehouse serve ended with ${child.exitCode}.`);
      await sleep(2);
    }
    return (performance.now() - began) / 1000;
  } finally {
    child.kill();
    await ended;
    place.remove();
  }
}

async function answers(port) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(QUERY),
    });
    const { data } = await response.json();
    return data.me === null;
  } catch (error) {
    // Whatever kept the request from arriving: before anybody listens, a client may even be connected to itself.
    if (error.message === 'fetch failed') return false;
    throw error;
  }
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
