import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type pg from 'pg';
import { testNode, type TestNode } from '../support/auth.js';
import { spawnTs } from '../support/child.js';
import { askAt } from '../support/ask.js';
import { AWAY, FAULT_TIMEOUT, pause, PAUSED } from '../support/faultTimes.js';
import { usePostgres } from '../support/postgres.js';
import { startNode } from '../../src/cli/serveNode.js';
import { configFromCode } from '../../src/config.js';
import { silentLog } from '../../src/log.js';
import { systemClock } from '../../src/time.js';
import { blackhole } from './blackhole.js';
import { apart } from './partition.js';

const postgres = usePostgres({ durable: true });
const REFRESH = `mutation ($token: String!) {
  refreshToken(input: { refreshToken: $token }) { accessToken refreshToken } }`;
const ME = '{ me { email } }';

let url: string;
let schema: string;
let node: TestNode;
let client: pg.Client;

/** With time-outs that a test can wait for. */
beforeEach(async () => {
  await postgres.start();
  const short = 'lock_timeout=400&idle_in_transaction_session_timeout=800&query_timeout=1500';
  url = `${postgres.fresh()}&${short}`;
  schema = new URL(url).searchParams.get('schema') ?? '';
  node = await testNode(url);
  client = await postgres.client();
});

/** The code as it leaves a server that masks errors; nothing where all went well. */
function codeOf({ errors }: ExecutionResult): string {
  const [error] = errors ?? [];
  if (error === undefined) return '';
  return String(node.auth.formatError(error.toJSON(), error).extensions?.['code']);
}

const refresh = (on: TestNode, token: string) => on.run(REFRESH, { variables: { token } });
const everybodyElse = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`;

const unstopped: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(unstopped.splice(0).map((stop) => stop()));
});

/** A client as ours is: it refreshes on and on, and where the service is away asks again with the same token. */
function clientOf(nodes: readonly TestNode[], signedUp: { refreshToken: string }) {
  let { refreshToken: token } = signedUp;
  const said = { refreshed: 0, away: 0, refused: [] as string[] };
  let stopped = false;
  const running = (async () => {
    for (let turn = 0; !stopped && said.refused.length === 0; turn++) {
      const answer = await refresh(nodes[turn % nodes.length] as TestNode, token);
      const code = codeOf(answer);
      if (code === '') {
        token = answer.data.refreshToken.refreshToken;
        said.refreshed++;
      } else if (code === 'SERVICE_UNAVAILABLE') {
        said.away++;
        await pause(20);
      } else said.refused.push(code);
    }
  })();
  const stop = async () => {
    stopped = true;
    await running;
    return said;
  };
  unstopped.push(stop);
  return { said, stop };
}

async function clients(nodes: readonly TestNode[], count: number) {
  const people = Array.from({ length: count }, (_, index) => `user${index}@example.com`);
  return Promise.all(people.map(async (email) => clientOf(nodes, await node.signup(email))));
}

/** Waits for so many more refreshes of each. */
async function more(all: Awaited<ReturnType<typeof clients>>, count: number): Promise<void> {
  const goals = all.map(({ said }) => said.refreshed + count);
  const isThere = () => all.every(({ said }, index) => said.refreshed >= (goals[index] ?? 0));
  while (!isThere() && all.every(({ said }) => said.refused.length === 0)) await pause(10);
}

describe('connections that are cut', () => {
  test('in the middle of a query: the step is done all the same, and once', async () => {
    const { refreshToken } = await node.signup();
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${schema}.sessions FOR UPDATE`);
    const answer = refresh(node, refreshToken);
    const other = await postgres.client();
    const waiting = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    while ((await other.query(waiting)).rowCount === 0) await pause(5);
    await client.query('ROLLBACK');
    expect((await answer).errors).toBeUndefined();
    const { rows } = await client.query(`SELECT generation FROM ${schema}.sessions`);
    expect(rows).toEqual([{ generation: '1' }]);
  });

  test('all of them, again and again, under load: nobody is logged out, nothing has to be restarted', async () => {
    const there = await testNode(url);
    const all = await clients([node, there], 6);
    for (let cut = 0; cut < 10; cut++) {
      await pause(60);
      await client.query(everybodyElse);
    }
    await more(all, 1);
    for (const one of all) expect((await one.stop()).refused).toEqual([]);
  });
});

describe('a database that goes away', () => {
  test(
    'by an immediate stop during refreshes: what was acknowledged is there, and nobody is logged out',
    async () => {
      const there = await testNode(url);
      const all = await clients([node, there], 6);
      for (let round = 0; round < 3; round++) {
        await more(all, 4);
        await postgres.stop('immediate');
        await pause(AWAY);
        await postgres.start();
      }
      await more(all, 1);
      for (const one of all) {
        const { refused, away } = await one.stop();
        expect(refused).toEqual([]);
        expect(away).toBeGreaterThan(0);
      }
      // A token newer than the row would tell of a rotation that was acknowledged and lost.
      expect(await outcomesOf('ahead')).toBe(0);
    },
    FAULT_TIMEOUT,
  );

  test(
    'for a while: guarded fields say when to ask again, public ones go on, and it recovers by itself',
    async () => {
      const config = configFromCode('faults', {
        code: { database: url, port: 0, host: '127.0.0.1' },
        env: {},
        readFile: () => '',
      });
      const served = await startNode(config, silentLog, systemClock);
      const { accessToken } = await node.signup();
      const ask = (query: string) => askAt(served.server.url, query, accessToken);
      const health = async (path: string) => (await fetch(new URL(path, served.server.url))).status;
      expect((await ask(ME)).data.me.email).toBe('ann@example.com');
      expect(await health('/readyz')).toBe(200);

      await postgres.stop('fast');
      const since = performance.now();
      do {
        const [error] = (await ask('{ session { id } }')).errors;
        expect(error.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfter: 1 });
        expect((await ask('{ viewerCan(coordinates: ["Query.nothing"]) }')).data).toEqual({
          viewerCan: [false],
        });
        expect([await health('/readyz'), await health('/healthz')]).toEqual([503, 200]);
      } while (performance.now() - since < AWAY);

      await postgres.start();
      expect((await ask(ME)).data.me.email).toBe('ann@example.com');
      expect(await health('/readyz')).toBe(200);
      await served.stop();
    },
    FAULT_TIMEOUT,
  );

  test('behind a network that swallows everything: it is given up in time, and taken up again', async () => {
    const hole = await blackhole(postgres.port());
    const through = new URL(url);
    through.port = String(hole.port);
    const behind = await testNode(through.href);
    const { accessToken } = await node.signup();
    expect((await behind.run(ME, { token: accessToken })).errors).toBeUndefined();
    hole.swallow();
    const started = performance.now();
    expect(codeOf(await behind.run('{ session { id } }', { token: accessToken }))).toBe(
      'SERVICE_UNAVAILABLE',
    );
    expect(performance.now() - started).toBeLessThan(6000);
    hole.pass();
    expect((await behind.run(ME, { token: accessToken })).errors).toBeUndefined();
    hole.close();
  });
});

describe('a node that the network has parted from its database', () => {
  const main = new URL('../../src/cli/main.ts', import.meta.url);

  test('serves nobody who is logged out meanwhile, goes on with what is public, and comes back by itself', async () => {
    const place = await apart(postgres.port());
    const from = new URL(url);
    [from.hostname, from.port] = [place.database.host, String(place.database.port)];
    const child = spawnTs(main, ['--port', '0', '--host', place.host], {
      under: place.under,
      env: { NODE_ENV: 'production', DATABASE_URL: from.href },
    });
    try {
      const listening = /Listening on (\S+)\n/;
      await child.seen(listening);
      const endpoint = listening.exec(child.stdout())?.[1] ?? '';
      const ask = (query: string, token?: string) => askAt(endpoint, query, token);
      const [stays, goes] = [await node.signup(), await node.signup('bob@example.com')];
      for (const { accessToken } of [stays, goes]) {
        expect((await ask(ME, accessToken)).data.me).not.toBeNull();
      }

      place.cut();
      const before = performance.now();
      const { errors } = await ask('{ session { id } }', goes.accessToken);
      expect(errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
      expect(performance.now() - before).toBeLessThan(6000);
      await node.run('mutation { logout { revokedSessions } }', { token: goes.accessToken });
      expect((await ask('{ __typename }')).data).toEqual({ __typename: 'Query' });
      expect((await fetch(new URL('/readyz', endpoint))).status).toBe(503);

      place.mend();
      const answerOnceBack = async (token: string): Promise<any> => {
        for (;;) {
          const answer = await ask('{ session { id } }', token);
          if (answer.errors?.[0].extensions.code !== 'SERVICE_UNAVAILABLE') return answer;
        }
      };
      const refused = await answerOnceBack(goes.accessToken);
      expect(refused.errors[0].extensions.reason).toBe('TOKEN_REVOKED');
      expect((await answerOnceBack(stays.accessToken)).errors).toBeUndefined();
    } finally {
      child.process.kill('SIGKILL');
      await child.exited;
      place.close();
    }
  });
});

describe('rows that somebody else holds', () => {
  test('keep no read waiting, and a write no longer than the lock time-out', async () => {
    const people = Array.from({ length: 12 }, (_, index) => `user${index}@example.com`);
    const all = await Promise.all(people.map((email) => node.signup(email)));
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${schema}.sessions FOR UPDATE`);
    // More than there are connections for writes.
    const answers = Promise.all(all.map(({ refreshToken }) => refresh(node, refreshToken)));
    for (const { accessToken } of all) {
      expect((await node.run(ME, { token: accessToken })).errors).toBeUndefined();
    }
    expect(new Set((await answers).map(codeOf))).toEqual(new Set(['SERVICE_UNAVAILABLE']));
    await client.query('ROLLBACK');
    const again = await Promise.all(all.map(({ refreshToken }) => refresh(node, refreshToken)));
    expect(again.map(codeOf).join('')).toBe('');
  });

  test(
    'by a node that stopped in the middle: its transaction ends, and it goes on when it wakes',
    async () => {
      const rotator = new URL('../store/processes/rotator.ts', import.meta.url);
      const { user } = await node.signup();
      const [session] = (await node.store.liveSessionsByUserIds([user.id]))[0] ?? [];
      const child = spawnTs(rotator, [url, user.id]);
      child.process.stdin.write(`${session?.id}\n`);
      await child.seen(/ rotated 20\n/);
      const stopped = `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'`;
      do {
        child.process.kill('SIGCONT');
        await pause(7);
        child.process.kill('SIGSTOP');
        await pause(20);
      } while ((await client.query(stopped)).rowCount === 0);
      const present = async () => (await node.store.sessionsByIds([session?.id ?? '']))[0];
      const step = async () => {
        const row = await present();
        return node.store.rotate({
          sessionId: session?.id ?? '',
          userId: user.id,
          generation: row?.generation ?? -1,
          origin: { address: null, userAgent: null },
          reuseInterval: 30_000,
          window: null,
          slide: null,
        });
      };
      let outcome = await step().catch(() => null);
      while (outcome === null) outcome = await step().catch(() => null);
      expect(outcome.kind).toBe('rotated');
      await pause(PAUSED);
      const generation = (await present())?.generation ?? 0;
      child.process.kill('SIGCONT');
      // What it presents is the parent by now: repeated and then rotated, or replaced where it slept too long for that.
      await child.seen(new RegExp(` (rotated|replaced) ${generation + 1}\n`));
      child.process.kill('SIGKILL');
      await child.exited;
      expect((await present())?.revokedAt).toBeNull();
    },
    FAULT_TIMEOUT,
  );
});

test.each([
  ['a serialization failure', '40001'],
  ['a deadlock', '40P01'],
])('%s is tried again, a few times', async (_, state) => {
  const { refreshToken } = await node.signup();
  await client.query(`
    SET search_path = ${schema};
    CREATE SEQUENCE failures;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('${schema}.failures') <= 3 THEN RAISE EXCEPTION USING ERRCODE = '${state}'; END IF;
      RETURN NEW; END $$;
    CREATE TRIGGER failing BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION fail()`);
  const { data, errors } = await refresh(node, refreshToken);
  expect(errors).toBeUndefined();
  const events = `SELECT count(*)::int AS count FROM audit WHERE event = 'refresh'`;
  expect((await client.query(events)).rows).toEqual([{ count: 1 }]);
  await client.query('ALTER SEQUENCE failures RESTART WITH -1000 MINVALUE -1000');
  const next = data.refreshToken.refreshToken as string;
  expect(codeOf(await refresh(node, next))).toBe('SERVICE_UNAVAILABLE');
  await client.query('DROP TRIGGER failing ON sessions');
  expect(codeOf(await refresh(node, next))).toBe('');
});

test('a backup that is restored under live clients logs nobody out', async () => {
  const all = await clients([node], 4);
  await more(all, 3);
  await postgres.stop('fast');
  postgres.backUp();
  await postgres.start();
  await more(all, 6);
  await postgres.stop('fast');
  postgres.restore();
  await postgres.start();
  await more(all, 2);
  for (const one of all) expect((await one.stop()).refused).toEqual([]);
  expect(await outcomesOf('ahead')).toBeGreaterThan(0);
});

async function outcomesOf(kind: string): Promise<number> {
  const events = await node.store.auditEvents({ event: 'refresh', limit: 1e6 });
  return events.filter(({ details }) => details?.['outcome'] === kind).length;
}
