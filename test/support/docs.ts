import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { mirror, mirrored, root } from './mirror.mjs';

/** A fenced block of a page, with the line where it begins. */
export interface Block {
  language: string;
  text: string;
  line: number;
}

export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((match) => ({
    language: match[1] as string,
    text: match[2] as string,
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** A shell in a folder of its own, in which `gatehouse` and `npm start` run from source on a port of their own. */
export interface Shell {
  /** Runs a block to its end; rejects where it fails. Answers standard output. */
  run(text: string): Promise<string>;
  /** Runs a block that serves; settles once it listens. Ends the server before. */
  serve(text: string): Promise<void>;
  /** Runs a script with Node to its end; one that says where it listens is served as above. */
  script(text: string): Promise<string>;
  close(): Promise<void>;
}

const serves = /^(?!#).*(npm start|gatehouse serve)/m;
export const isServer = ({ text }: Block): boolean => serves.test(text);

export async function openShell(folder: string): Promise<Shell> {
  const port = await freePort();
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  tool(bin, 'gatehouse', `exec node ${mirrored(join(root, 'src/cli/main.ts'))} "$@"`);
  tool(bin, 'npx', `PATH="$PATH:${join(root, 'node_modules/.bin')}" exec "$@"`);
  // The modules are there already, and the tests run these very blocks.
  tool(
    bin,
    'npm',
    'case $1 in start) shift; [ "${1-}" = -- ] && shift; exec gatehouse serve "$@";; ci | test) ;; *) exit 64;; esac',
  );
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: folder,
    NODE_NO_WARNINGS: '1',
    GATEHOUSE_PORT: String(port),
  };
  const here = (text: string) =>
    text.replaceAll(':4000', `:${port}`).replaceAll('port: 4000', `port: ${port}`);
  installIn(folder);
  let stopServer: () => Promise<void> = async () => undefined;

  function start(command: string, args: string[]) {
    const child = spawn(command, args, { cwd: folder, env, stdio: 'pipe', detached: true });
    let [output, failures] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (failures += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, ended, output: () => output, failures: () => failures };
  }

  async function finish(command: string, args: string[]): Promise<string> {
    const { child, ended, output, failures } = start(command, args);
    child.stdin.end();
    const code = await ended;
    if (code !== 0) throw new Error(`ended with ${code}\n${output()}\n${failures()}`);
    return output();
  }

  async function serve(text: string): Promise<void> {
    await stopServer();
    const { child, ended, output, failures } = start('bash', [
      '-euo',
      'pipefail',
      '-c',
      here(text),
    ]);
    stopServer = async () => {
      if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGTERM');
      await ended;
    };
    while (!output().includes('Listening on')) {
      if (child.exitCode !== null) throw new Error(`${output()}\n${failures()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  return {
    run: (text) => finish('bash', ['-euo', 'pipefail', '-c', here(text)]),
    script: (text) => {
      const file = join(folder, 'script.mjs');
      writeFileSync(file, here(text));
      if (!text.includes('Listening on')) return finish('node', [file]);
      return serve(`exec node ${file}`).then(() => '');
    },
    serve,
    close: () => stopServer(),
  };
}

/** As `npm install graphql-gatehouse` and all that our pages use would. */
function installIn(folder: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(mirror, join(modules, 'graphql-gatehouse'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
}

function tool(bin: string, name: string, script: string): void {
  const file = join(bin, name);
  writeFileSync(file, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(file, 0o755);
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
