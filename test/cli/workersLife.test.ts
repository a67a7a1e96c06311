import { beforeAll, describe, expect, test } from '@jest/globals';
import { Database } from '../support/sqlite.js';
import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../src/config.js';
import { createRestarts } from '../../src/cli/workers/restarts.js';
import { PASSWORD, signup } from './runningNode.js';
import {
  folderOfFile,
  runningWorkers,
  spawnWorkers,
  type RunningWorkers,
} from './runningWorkers.js';
import { until } from '../support/until.js';

const LOGIN = `mutation { login(input: { email: "ann@example.com", password: "${PASSWORD}" }) { accessToken } }`;

/** Logins that are under way: each takes its time to hash. */
const logins = (lanes: { ask: (query: string) => Promise<any> }[]) =>
  lanes.map((lane) => lane.ask(LOGIN));

test('a stop during the first start says all the same who was made', async () => {
  const file = join(folderOfFile(), 'gatehouse.db');
  const child = spawnWorkers(['--port', '0'], { GATEHOUSE_DATABASE: file });
  await until(() => accountsIn(file) === 1);
  child.process.kill('SIGTERM');
  expect(await child.exited).toEqual({ code: 0, signal: null });
  expect(child.stdout()).toMatch(/\n {2}Email: {4}admin@example\.com\n {2}Password: \S{24}\n/);
});

function accountsIn(file: string): unknown {
  if (!existsSync(file)) return 0;
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare('SELECT count(*) FROM users').pluck().get();
  } catch {
    // The table is not there yet.
    return 0;
  } finally {
    db.close();
  }
}

describe('the process that starts the workers', () => {
  const file = join(folderOfFile(), 'gatehouse.db');
  let workers: RunningWorkers;
  beforeAll(async () => {
    workers = await runningWorkers({ GATEHOUSE_DATABASE: file });
  });

  test('makes one administrator and one set of keys, and says once where it listens', async () => {
    const { child, url, log, pids } = workers;
    expect(child.stdout()).toMatch(/^Gatehouse \d+\.\d+\.\d+, development, 2 workers\n/);
    expect(child.stdout().match(/Listening on/g)).toHaveLength(1);
    expect(child.stdout().match(/Password: /g)).toHaveLength(1);
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM users').pluck().get()).toBe(1);
    expect(db.prepare('SELECT purpose FROM keys ORDER BY purpose').pluck().all()).toEqual([
      'access',
      'refresh',
    ]);
    db.close();
    expect((await fetch(new URL('/healthz', url))).status).toBe(200);
    // It listens with the first of them.
    await child.seen(/(A worker serves\.[^]*){2}/);
    expect(new Set(pids()).size).toBe(2);
    expect(log().every(({ pid }) => typeof pid === 'number')).toBe(true);
  });

  test('replaces a worker that was told to stop, and no request is lost', async () => {
    const { url, pids } = workers;
    const [first] = pids();
    let failures = 0;
    let isOver = false;
    const asking = (async () => {
      while (!isOver) {
        await fetch(new URL('/healthz', url), { headers: { connection: 'close' } }).catch(
          () => (failures += 1),
        );
      }
    })();
    process.kill(first as number, 'SIGTERM');
    await until(() => pids().length === 3);
    isOver = true;
    await asking;
    expect(failures).toBe(0);
  });

  test('stops them on SIGTERM: they say so, finish what is under way, and it ends with 0', async () => {
    const { child, twoLanes } = workers;
    const lanes = await twoLanes();
    await lanes[0].ask(signup('ann@example.com'));
    const underWay = logins(await twoLanes());
    await delay(5);
    child.process.kill('SIGTERM');
    await until(async () => (await lanes[0].get('/readyz')).status === 503);
    for (const answer of await Promise.all(underWay)) {
      expect(answer.body.data.login.accessToken).toMatch(/^ey/);
    }
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.stderr()).toBe('');
  });

  test('ends with 0 when a terminal interrupts all of them at once', async () => {
    const { child } = await runningWorkers({}, { detached: true });
    process.kill(-(child.process.pid as number), 'SIGINT');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.stdout()).not.toContain('replaced');
  });

  test('takes all of them along at a second signal', async () => {
    const { child, url, twoLanes } = await runningWorkers();
    const [lane] = await twoLanes();
    // Its body never ends: a stop in order waits ten seconds for it.
    const headers = { 'content-type': 'application/json', 'content-length': 1000 };
    const endless = request(url, { method: 'POST', headers });
    endless.on('error', () => undefined).write('{');
    await lane.get('/healthz');
    child.process.kill('SIGTERM');
    await until(async () => (await lane.get('/readyz')).status === 503);
    const before = performance.now();
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test('leaves no worker behind when it is killed, and what was under way is answered', async () => {
    const { child, twoLanes } = await runningWorkers();
    const lanes = await twoLanes();
    await lanes[0].ask(signup('ann@example.com'));
    const underWay = logins(lanes);
    await delay(5);
    child.process.kill('SIGKILL');
    for (const answer of await Promise.all(underWay)) {
      expect(answer.body.data.login.accessToken).toMatch(/^ey/);
    }
    // Its pipes are closed when the last worker is gone.
    await child.exited;
  });
});

describe('a start that fails', () => {
  const once = (text: string, sentence: RegExp) =>
    expect(text.match(new RegExp(sentence, 'g'))).toHaveLength(1);

  test('for the settings ends with 3, and says so once', async () => {
    const child = spawnWorkers(['--port', '0'], { JWT_SECRET_KEY: 'hidden' });
    expect((await child.exited).code).toBe(3);
    once(child.stderr(), /JWT_SECRET_KEY is too short/);
  });

  test('for a database in memory ends with 3: no worker would see what another has', async () => {
    const child = spawnWorkers(['--port', '0', '--database', ':memory:']);
    expect((await child.exited).code).toBe(3);
    once(child.stderr(), /--workers is 2, but --database is :memory:/);
  });

  test.each([
    ['development', {}],
    ['production', { NODE_ENV: 'production' }],
  ])('for a port in use ends with 1 in %s, and says so once', async (_mode, env) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const child = spawnWorkers(['--port', String(port), '--host', '127.0.0.1'], env);
    expect((await child.exited).code).toBe(1);
    taken.close();
    once(child.stderr(), /is in use\. .*gatehouse serve --port /);
    expect(child.stdout()).not.toContain('Password');
  });

  test('for a database that cannot be opened ends with 4, and says so once', async () => {
    const child = spawnWorkers(['--port', '0', '--database', folderOfFile()]);
    expect((await child.exited).code).toBe(4);
    once(child.stderr(), /is a folder\. Name a file in it/);
  });

  test('whose functions tell a process manager something is not taken to serve by that', async () => {
    const module = join(folderOfFile(), 'claims.mjs');
    writeFileSync(
      module,
      "process.send?.('ready'); process.send?.(null); export const claims = () => ({});",
    );
    const { url, log } = await runningWorkers({ JWT_PAYLOAD_HANDLER: `${module}#claims` });
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
    const served = () => log().filter(({ msg }) => msg === 'A worker serves.');
    await until(() => served().length === 2);
    expect(new Set(served().map(({ workerPid }) => workerPid)).size).toBe(2);
  });

  test('because the workers end again and again ends with 1 and says what they ended with', async () => {
    const module = join(folderOfFile(), 'handlers.mjs');
    writeFileSync(
      module,
      `import cluster from 'node:cluster';
       if (cluster.isWorker) process.exit(7);
       export const claims = () => ({});`,
    );
    const child = spawnWorkers(['--port', '0'], { JWT_PAYLOAD_HANDLER: `${module}#claims` });
    expect((await child.exited).code).toBe(1);
    once(child.stderr(), /The workers keep ending, the last one with exit code 7, and none serves/);
    // The account was made before the first of them: without its password nobody could ever use it.
    expect(child.stdout()).toMatch(/Password: \S{24}\n/);
  });
});

describe('workers', () => {
  const configOf = (workers: string) =>
    loadConfig({ env: { GATEHOUSE_WORKERS: workers }, readFile: () => '' });

  test.each(['1', '128'])('%s is as many', (given) => {
    expect(configOf(given)).toMatchObject({ config: { workers: Number(given) } });
  });

  test.each(['0', '129', '1.5', 'all'])(
    '%s is refused, and both ways to write it are named',
    (given) => {
      expect(configOf(given)).toEqual({
        problems: [
          `GATEHOUSE_WORKERS must be a whole number from 1 to 128, or auto; it is "${given}". Write GATEHOUSE_WORKERS=4, or unset it.`,
        ],
      });
    },
  );

  test('auto is one for each core, and one alone is one process without others', async () => {
    const start = (count: string) => {
      const child = spawnWorkers(['--port', '0', '--workers', count]);
      return child.seen(/Listening on/).then(() => child.stdout().split('\n')[0]);
    };
    const cores = availableParallelism();
    expect(await start('auto')).toMatch(cores > 1 ? `, ${cores} workers` : /, development$/);
    expect(await start('1')).toMatch(/, development$/);
  });
});

describe('the place of a worker that ended', () => {
  const crashed = { served: null, inOrder: false, othersServe: false };

  test('stays empty for longer each time, and is given up where none serves', () => {
    const pauseOf = createRestarts();
    const pauses = Array.from({ length: 6 }, () => pauseOf(crashed));
    expect(pauses).toEqual([100, 200, 400, 800, 1600, null]);
  });

  test('is never given up while others serve', () => {
    const pauseOf = createRestarts();
    const pauses = Array.from({ length: 20 }, () => pauseOf({ ...crashed, othersServe: true }));
    expect(pauses.at(-1)).toBe(10_000);
  });

  test('is filled soon where it had served for a while, and at once where it was told to end', () => {
    const pauseOf = createRestarts();
    pauseOf(crashed);
    pauseOf(crashed);
    expect(pauseOf({ ...crashed, served: 60_000 })).toBe(100);
    expect(pauseOf({ ...crashed, served: 5, inOrder: true })).toBe(0);
  });
});
