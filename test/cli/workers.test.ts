import { beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { testNode, type TestNode } from '../support/auth.js';
import { usePostgres } from '../support/postgres.js';
import { bearer, connected } from '../socket/client.js';
import { PASSWORD, refresh } from './runningNode.js';
import {
  folderOfFile,
  reasonOf,
  runningWorkers,
  type Answer,
  type Lane,
  type RunningWorkers,
} from './runningWorkers.js';
import { until } from '../support/until.js';

/** Each is hundreds of rounds, or a load on all cores: beside other tests they take their time. */
jest.setTimeout(120_000);
/** So many times as much: TEST_ROUNDS=10. */
const ROUNDS = Number(process.env['TEST_ROUNDS'] ?? 1);
const ME = '{ me { email } session { id } }';
const LOGOUT = 'mutation { logout { revokedSessions } }';
const EMAIL = 'ann@example.com';
const loginAs = (email: string, password = PASSWORD) =>
  `mutation { login(input: { email: "${email}", password: "${password}" }) { accessToken refreshToken } }`;

interface Pair {
  accessToken: string;
  refreshToken: string;
}

const postgres = usePostgres();
const engines: [string, () => string][] = [
  ['one SQLite file', () => join(folderOfFile(), 'gatehouse.db')],
  ['PostgreSQL', () => postgres.fresh()],
];

async function login(node: TestNode, email = EMAIL): Promise<Pair> {
  const { data, errors } = await node.run(loginAs(email));
  expect(errors).toBeUndefined();
  return data.login;
}

const claimsOf = (token: string) => decodeJwt(token) as { sid: string; gen: number };

describe.each(engines)('two workers on %s', (_, databaseOf) => {
  let database: string;
  let workers: RunningWorkers;
  /** Beside the workers, in this process: here a login costs next to nothing. */
  let node: TestNode;
  beforeAll(async () => {
    database = databaseOf();
    workers = await runningWorkers({ GATEHOUSE_DATABASE: database });
  });
  beforeEach(async () => {
    node = await testNode(database);
    if ((await node.store.userByEmail(EMAIL)) === null) await node.signup(EMAIL);
  });

  test('refuse on the next request what the other has revoked, hundreds of times', async () => {
    const lanes = await workers.twoLanes();
    const rounds = 200 * ROUNDS;
    for (let round = 0; round < rounds; round += 1) {
      const [here, there] = round % 2 === 0 ? lanes : ([lanes[1], lanes[0]] as const);
      const { accessToken } = await login(node);
      expect(reasonOf(await there.ask(ME, accessToken))).toBe('');
      expect((await here.ask(LOGOUT, accessToken)).body.data.logout.revokedSessions).toBe(1);
      expect(reasonOf(await there.ask(ME, accessToken))).toBe('TOKEN_REVOKED');
    }
  });

  test('answer many parallel refreshes of one token with one pair, and nobody is logged out', async () => {
    const lanes = (await Promise.all([1, 2, 3].map(workers.twoLanes))).flat();
    let { refreshToken } = await login(node);
    const { sid } = claimsOf(refreshToken);
    const rounds = 100 * ROUNDS;
    for (let round = 1; round <= rounds; round += 1) {
      const answers = await Promise.all(lanes.map((lane) => lane.ask(refresh(refreshToken))));
      expect(answers.map(reasonOf).join('')).toBe('');
      const pairs = answers.map(({ body }) => body.data.refreshToken as Pair);
      expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(1);
      expect(pairs.map((pair) => claimsOf(pair.accessToken).gen)).toEqual(pairs.map(() => round));
      // Whoever asked, and whomever they ask next: all of them live on.
      const [first, last] = [pairs[0] as Pair, pairs.at(-1) as Pair];
      expect(reasonOf(await (lanes[1] as Lane).ask(ME, first.accessToken))).toBe('');
      expect(reasonOf(await (lanes[0] as Lane).ask(ME, last.accessToken))).toBe('');
      ({ refreshToken } = last);
    }
    expect(await node.store.auditEvents({ event: 'refresh_reused', limit: 1 })).toEqual([]);
    expect((await node.store.sessionsByIds([sid]))[0]).toMatchObject({
      generation: rounds,
      revokedAt: null,
    });
  });

  test('count attempts together', async () => {
    const email = 'bob@example.com';
    await node.signup(email);
    const lanes = await workers.twoLanes();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const answer = await (lanes[attempt % 2] as Lane).ask(loginAs(email, 'wrong'));
      expect(reasonOf(answer)).toBe('INVALID_CREDENTIALS');
    }
    for (const lane of lanes) {
      expect(reasonOf(await lane.ask(loginAs(email)))).toBe('RATE_LIMITED');
    }
  });

  test('close the sockets of a session that the other has revoked', async () => {
    const { url, twoLanes, pids } = workers;
    const [lane] = await twoLanes();
    const { accessToken } = await login(node);
    const before = pids().map(socketsOf);
    const sockets = [];
    for (let more = 0; more < 6; more += 1) sockets.push(await connected(url, bearer(accessToken)));
    pids().forEach((pid, index) => {
      expect(socketsOf(pid)).toBeGreaterThan(before[index] as number);
    });
    await lane.ask(LOGOUT, accessToken);
    for (const { closed } of sockets) {
      expect(await closed).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
    }
  });

  test('lose no refresh that was acknowledged when one of them is killed under load', async () => {
    const { pids, twoLanes, lane } = workers;
    const [victim] = await twoLanes();
    const isReplaced = () => pids().length === 3;
    let isOver = false;
    let servedMeanwhile = 0;

    /** Whoever is on the way to the victim when it is killed tries again. */
    async function anyLane(): Promise<Lane> {
      for (;;) {
        try {
          return await lane();
        } catch {
          continue;
        }
      }
    }

    /** Refreshes on and on, and again with the same token where the answer was lost. */
    async function person() {
      let { refreshToken } = await login(node);
      let over = await anyLane();
      const refused: string[] = [];
      // Whoever was kept waiting has some left to do.
      let isLost = false;
      while (!isOver || isLost || claimsOf(refreshToken).gen <= 5) {
        let answer: Answer;
        try {
          answer = await over.ask(refresh(refreshToken));
        } catch {
          isLost = true;
          over = await anyLane();
          continue;
        }
        isLost = false;
        if (reasonOf(answer) !== '') {
          refused.push(reasonOf(answer));
          continue;
        }
        const next = answer.body.data.refreshToken.refreshToken as string;
        expect(claimsOf(next).gen).toBe(claimsOf(refreshToken).gen + 1);
        refreshToken = next;
        if (victimIsGone && !isReplaced() && over.pid !== victim.pid) servedMeanwhile += 1;
      }
      return { refreshToken, refused };
    }

    let victimIsGone = false;
    const people = Promise.all(Array.from({ length: 8 }, person));
    await delay(500);
    process.kill(victim.pid, 'SIGKILL');
    victimIsGone = true;
    await until(isReplaced);
    await delay(300);
    isOver = true;
    for (const { refreshToken, refused } of await people) {
      expect(refused).toEqual([]);
      const { sid, gen } = claimsOf(refreshToken);
      expect(gen).toBeGreaterThan(5);
      expect((await node.store.sessionsByIds([sid]))[0]).toMatchObject({
        generation: gen,
        revokedAt: null,
      });
    }
    expect(servedMeanwhile).toBeGreaterThan(5);
  });
});

/** Sockets that a process has open. */
function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(join(folder, fd)).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
