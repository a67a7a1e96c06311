import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnTs, type Child } from '../support/child.js';

const main = new URL('../../src/cli/main.ts', import.meta.url);

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: any;
}

/** One connection that is kept open: all that is sent on it goes to the same worker. */
export interface Lane {
  /** The process id of its worker. */
  readonly pid: number;
  /** Sends one operation; rejects where the connection is lost, or nothing comes. */
  ask(query: string, token?: string): Promise<Answer>;
  get(path: string): Promise<Answer>;
}

export interface RunningWorkers {
  readonly child: Child;
  readonly url: string;
  /** All lines of the log so far. */
  readonly log: () => any[];
  /** The process ids of the workers that have begun to serve, in that order. */
  readonly pids: () => number[];
  /** A further connection, to whichever worker takes it. */
  readonly lane: () => Promise<Lane>;
  /** A connection to each of the first two workers. */
  readonly twoLanes: () => Promise<[Lane, Lane]>;
}

/** A connection that was on its way to a worker that was killed is never answered. Milliseconds. */
const LONGEST_ANSWER = 15_000;

const children: Child[] = [];
const agents: Agent[] = [];
const folders: string[] = [];
afterAll(async () => {
  for (const agent of agents.splice(0)) agent.destroy();
  for (const child of children) child.process.kill('SIGKILL');
  // Workers have the pipes of whoever started them: when those are closed they are gone too.
  await Promise.all(children.splice(0).map(({ exited }) => exited));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export function folderOfFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-workers-'));
  folders.push(folder);
  return folder;
}

/** Starts the command line in a folder of its own, and waits for nothing. All of a file end with it. */
export function spawnWorkers(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  options: { detached?: boolean } = {},
): Child {
  const child = spawnTs(main, ['serve', '--workers', '2', '--explorer', 'false', ...args], {
    cwd: folderOfFile(),
    env: { NODE_ENV: 'development', ...env },
    ...options,
  });
  children.push(child);
  return child;
}

/** `gatehouse serve --workers 2` in processes of its own, on a free port. */
export async function runningWorkers(
  env: NodeJS.ProcessEnv = {},
  options: { detached?: boolean } = {},
): Promise<RunningWorkers> {
  const child = spawnWorkers(['--port', '0'], env, options);
  await child.seen(/Listening on \S+\n/);
  const url = /Listening on (\S+)\n/.exec(child.stdout())?.[1] as string;
  const log = () =>
    child
      .stdout()
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{"level"'))
      .map((line) => JSON.parse(line));
  const lane = () => openLane(child, url);

  async function twoLanes(): Promise<[Lane, Lane]> {
    const first = await lane();
    for (;;) {
      const second = await lane();
      if (second.pid !== first.pid) return [first, second];
    }
  }
  const pids = () =>
    log()
      .filter(({ msg }) => msg === 'A worker serves.')
      .map(({ workerPid }) => workerPid as number);
  return { child, url, log, pids, lane, twoLanes };
}

async function openLane(child: Child, url: string): Promise<Lane> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.push(agent);
  const send = (path: string, headers: object, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const options = { method, agent, headers: { ...headers }, timeout: LONGEST_ANSWER };
      const asked = request(new URL(path, url), options);
      asked.on('timeout', () => asked.destroy(new Error(`no answer in ${LONGEST_ANSWER} ms`)));
      asked.on('error', reject).on('response', (response) => {
        let text = '';
        response
          .setEncoding('utf8')
          .on('data', (chunk: string) => (text += chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: response.statusCode as number,
              headers: response.headers,
              body: JSON.parse(text),
            }),
          );
      });
      asked.end(body);
    });
  const ask: Lane['ask'] = (query, token) =>
    send(
      new URL(url).pathname,
      {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      JSON.stringify({ query }),
    );
  const { headers } = await ask('{ me { id } }');
  const line = new RegExp(`"pid":(\\d+),"requestId":"${headers['x-request-id'] as string}"`);
  await Promise.race([child.seen(line), outOfTime()]);
  const pid = Number(line.exec(child.stdout())?.[1]);
  return { pid, ask, get: (path) => send(path, {}) };
}

/** A worker that is killed takes the lines with it that it has not written yet. */
async function outOfTime(): Promise<never> {
  await delay(LONGEST_ANSWER, undefined, { ref: false });
  throw new Error(`no line in ${LONGEST_ANSWER} ms`);
}

export const reasonOf = ({ body }: Answer): string =>
  body.errors?.[0].extensions.reason ?? body.errors?.[0].extensions.code ?? '';
